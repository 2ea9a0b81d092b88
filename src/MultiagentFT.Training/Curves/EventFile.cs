using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MultiagentFT.Training.Curves;

/// <summary>
/// An event file of TensorBoard: TFRecords (length, CRC of it, data, CRC of it) of the protobuf message Event. Each record is handed to the system
/// as it is added, so that what reads along sees it. Not thread-safe.
/// </summary>
/// <param name="stream">Owned.</param>
internal sealed class EventFile(Stream stream) : IDisposable
{
    private const int Fixed64 = 1;
    private const int Text = 2;
    private const int Fixed32 = 5;

    /// <summary>What every such file begins with.</summary>
    /// <param name="time">Of the first event.</param>
    public void Begin(DateTimeOffset time)
    {
        var message = Event(time, 0);
        WriteText(message, 3, "brain.Event:2"u8);
        Add(message);
    }

    /// <summary>Adds values of one step.</summary>
    /// <param name="time">When the step was taken.</param>
    /// <param name="step">From 1.</param>
    /// <param name="scalars">Tags and values.</param>
    public void Add(DateTimeOffset time, int step, params ReadOnlySpan<(string Tag, double Value)> scalars)
    {
        var summary = new MemoryStream();
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (var (tag, value) in scalars)
        {
            var entry = new MemoryStream();
            WriteText(entry, 1, Encoding.UTF8.GetBytes(tag));
            WriteKey(entry, 2, Fixed32);
            BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
            entry.Write(bytes);
            WriteText(summary, 1, entry.ToArray());
        }
        var message = Event(time, step);
        WriteText(message, 5, summary.ToArray());
        Add(message);
    }

    public void Dispose() => stream.Dispose();

    private static MemoryStream Event(DateTimeOffset time, int step)
    {
        var message = new MemoryStream();
        WriteKey(message, 1, Fixed64);
        Span<byte> seconds = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(seconds, (time - DateTimeOffset.UnixEpoch).TotalSeconds);
        message.Write(seconds);
        WriteKey(message, 2, 0);
        WriteNumber(message, (ulong)step);
        return message;
    }

    private void Add(MemoryStream message)
    {
        var data = message.ToArray();
        var record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedCrc(record.AsSpan(0, sizeof(ulong))));
        data.CopyTo(record, sizeof(ulong) + sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - sizeof(uint)), MaskedCrc(data));
        stream.Write(record);
        stream.Flush();
    }

    /// <summary>CRC-32C, rotated and moved, as TFRecord has it: data may hold CRCs itself.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static void WriteText(MemoryStream message, int field, ReadOnlySpan<byte> bytes)
    {
        WriteKey(message, field, Text);
        WriteNumber(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    private static void WriteKey(MemoryStream message, int field, int kind) => WriteNumber(message, (ulong)((field << 3) | kind));

    private static void WriteNumber(MemoryStream message, ulong number)
    {
        for (; number >= 0x80; number >>= 7) message.WriteByte((byte)(number | 0x80));
        message.WriteByte((byte)number);
    }
}
