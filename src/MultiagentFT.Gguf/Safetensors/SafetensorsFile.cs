using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// An open safetensors file (https://huggingface.co/docs/safetensors), checked as a whole: its header's length, names, types, shapes,
/// and that the tensors fill the data without gap or overlap.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, SafetensorsTensor> _byName;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header, long dataStart)
    {
        (Path, _handle, _dataStart) = (path, handle, dataStart);
        (Metadata, Tensors) = (header.Metadata, header.Tensors);
        _byName = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    public string Path { get; }

    /// <summary>What <c>__metadata__</c> holds.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>In the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <exception cref="InputException">There is no such file, it cannot be read, or it is not a sound safetensors file of F32, F16 and BF16.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Opening a pipe or a device would wait for somebody; none of them has a length.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
                throw new InputException(path, null, "a safetensors file", "an empty file, or none with a length");
            handle = File.OpenHandle(path);
            var dataStart = SafetensorsHeader.LengthBytes + HeaderLength(path, handle);
            var json = new byte[dataStart - SafetensorsHeader.LengthBytes];
            Fill(path, "header", handle, SafetensorsHeader.LengthBytes, json);
            return new SafetensorsFile(path, handle, SafetensorsHeader.Parse(path, json, RandomAccess.GetLength(handle) - dataStart), dataStart);
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is FileNotFoundException or DirectoryNotFoundException)
                throw new InputException(path, null, "a safetensors file", "no such file", error);
            if (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
                throw new InputException(path, null, "a readable safetensors file", error.Message, error);
            throw;
        }
    }

    public bool TryGetTensor(string name, [MaybeNullWhen(false)] out SafetensorsTensor tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>All elements, row by row.</summary>
    /// <exception cref="InputException">The tensor has more elements than an array can hold, or the file was cut meanwhile.</exception>
    public float[] Read(SafetensorsTensor tensor)
    {
        if (tensor.Bytes > Array.MaxLength) throw new InputException(Path, tensor.Name, $"at most {Array.MaxLength} bytes", $"{tensor.Bytes}");
        var values = new float[tensor.Elements];
        if (tensor.Type == TensorType.F32)
        {
            Fill(Path, tensor.Name, _handle, _dataStart + tensor.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        var bytes = new byte[tensor.Bytes];
        Fill(Path, tensor.Name, _handle, _dataStart + tensor.Offset, bytes);
        if (tensor.Type == TensorType.F16)
        {
            var halves = MemoryMarshal.Cast<byte, Half>(bytes);
            for (var i = 0; i < values.Length; i++) values[i] = (float)halves[i];
        }
        else
        {
            // A BF16 number is the upper half of a float.
            var upper = MemoryMarshal.Cast<byte, ushort>(bytes);
            for (var i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
        }
        return values;
    }

    public void Dispose() => _handle.Dispose();

    private static long HeaderLength(string path, SafeFileHandle handle)
    {
        Span<byte> number = stackalloc byte[SafetensorsHeader.LengthBytes];
        Fill(path, null, handle, 0, number);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(number);
        var most = Math.Min(SafetensorsHeader.MostBytes, RandomAccess.GetLength(handle) - SafetensorsHeader.LengthBytes);
        return length is > 1 && length <= (ulong)most
            ? (long)length
            : throw new InputException(path, null, $"a safetensors file, whose header has 2 to {most} bytes", $"{length}");
    }

    private static void Fill(string path, string? place, SafeFileHandle handle, long position, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(handle, destination, position);
            if (count <= 0) throw new InputException(path, place, $"{destination.Length} bytes at {position}", "the end of the file");
            position += count;
            destination = destination[count..];
        }
    }
}
