using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// Reads the header of a file that may be hostile: each length is compared with what is left of the file before anything
/// is allocated for it. Numbers are little-endian, as every platform that ggml serves is.
/// </summary>
internal sealed class GgufReader(SafeFileHandle handle, string path, long length)
{
    /// <summary>
    /// Metadata and directory of the largest models take about 20 MB; the limit keeps a forged header from filling memory.
    /// </summary>
    public const long MaximumHeaderBytes = 256L << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[1 << 16];
    private byte[] _text = new byte[512];
    private int _start;
    private int _end;

    /// <summary>What is being read, for error messages.</summary>
    public string Place { get; set; } = "header";

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    private long Remaining => Math.Min(length, MaximumHeaderBytes) - Position;

    public InputException Error(string expected, string found, Exception? inner = null) => new(path, Place, expected, found, inner);

    public uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A count of things that take at least <paramref name="minimumBytes"/> each in the rest of the file.</summary>
    public int ReadCount(string what, int minimumBytes)
    {
        var count = ReadUInt64();
        if (count > (ulong)Remaining / (ulong)minimumBytes)
            throw Error($"at most {Remaining / minimumBytes} {what} in the {Remaining} bytes that are left{LimitNote()}", $"{count}");
        return (int)count;
    }

    public string ReadString(int maximumBytes)
    {
        var bytes = ReadBytes(maximumBytes);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw Error("UTF-8 text", "invalid bytes", error);
        }
    }

    public T ReadNumber<T>()
        where T : unmanaged
    {
        T value = default;
        ReadExactly(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    public T[] ReadNumbers<T>()
        where T : unmanaged
    {
        var values = new T[ReadCount("array elements", Unsafe.SizeOf<T>())];
        ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public bool ReadBool() => ToBool(ReadNumber<byte>());

    public bool[] ReadBools() => Array.ConvertAll(ReadNumbers<byte>(), ToBool);

    /// <summary>A list of strings, such as tokens, which need not be text.</summary>
    public string[] ReadStrings()
    {
        var values = new string[ReadCount("strings", sizeof(ulong))];
        for (var i = 0; i < values.Length; i++) values[i] = EscapedUtf8.Decode(ReadBytes((int)MaximumHeaderBytes));
        return values;
    }

    /// <returns>Valid until the next is read.</returns>
    private ReadOnlySpan<byte> ReadBytes(int maximumBytes)
    {
        var count = ReadCount("string bytes", 1);
        if (count > maximumBytes) throw Error($"a string of at most {maximumBytes} bytes", $"{count} bytes");
        if (count > _text.Length) _text = new byte[count];
        var bytes = _text.AsSpan(0, count);
        ReadExactly(bytes);
        return bytes;
    }

    private bool ToBool(byte value) => value switch
    {
        0 => false,
        1 => true,
        _ => throw Error("a bool of 0 or 1", $"{value}"),
    };

    private void ReadExactly(Span<byte> destination)
    {
        if (destination.Length > Remaining)
            throw Error($"{destination.Length} more bytes at {Position}{LimitNote()}", $"{Remaining} (the file is truncated)");
        Position += destination.Length;
        while (destination.Length > 0)
        {
            if (_start == _end) Fill(Position - destination.Length);
            var count = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(destination);
            _start += count;
            destination = destination[count..];
        }
    }

    private void Fill(long position)
    {
        _start = 0;
        _end = RandomAccess.Read(handle, _buffer, position);
        if (_end == 0) throw Error($"{length} bytes", $"only {position} (the file is truncated)");
    }

    private string LimitNote() => length > MaximumHeaderBytes ? $" (metadata may take {MaximumHeaderBytes >> 20} MiB)" : "";
}
