using System.Buffers.Binary;

namespace MultiagentFT.Training.Tests.Curves;

/// <summary>
/// Reads an event file of TensorBoard: the frames with a bitwise CRC-32C of its own, the messages by the classes that TorchSharp has generated from
/// TensorFlow's event.proto.
/// </summary>
internal static class EventReader
{
    public static List<Tensorboard.Event> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<Tensorboard.Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Tensorboard.Event.Parser.ParseFrom(data.ToArray()));
            at += 16 + length;
        }
        return events;
    }

    /// <summary>Castagnoli's polynomial, bit by bit.</summary>
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = 0xffffffffu;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
        }
        return crc ^ 0xffffffff;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = Crc(data);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }
}
