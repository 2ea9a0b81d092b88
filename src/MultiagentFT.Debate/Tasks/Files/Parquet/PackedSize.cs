using System.Buffers.Binary;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>The size that packed data itself says it has after unpacking, which those that unpack it believe.</summary>
internal static class PackedSize
{
    /// <summary>Bytes at the beginning of packed data that say it.</summary>
    public const int Longest = 18;

    private const uint ZstandardMagic = 0xFD2FB528;
    private const int SnappyBits = 32;

    /// <summary>A varint, the lowest 7 bits first (https://github.com/google/snappy/blob/main/format_description.txt); null where there is none.</summary>
    public static long? OfSnappy(ReadOnlySpan<byte> start)
    {
        var size = 0L;
        for (var i = 0; 7 * i < SnappyBits && i < start.Length; i++)
        {
            size |= (long)(start[i] & 0x7f) << (7 * i);
            if (start[i] < 0x80) return size;
        }
        return null;
    }

    /// <summary>The frame header's content size (RFC 8878, 3.1.1.1); null where it has none.</summary>
    public static long? OfZstandard(ReadOnlySpan<byte> start)
    {
        if (start.Length < 5 || BinaryPrimitives.ReadUInt32LittleEndian(start) != ZstandardMagic) return null;
        var descriptor = start[4];
        var single = (descriptor & 0x20) != 0;
        var bytes = (descriptor >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        var at = 5 + (single ? 0 : 1) + ((descriptor & 3) switch { 3 => 4, var id => id });
        if (bytes == 0 || at + bytes > start.Length) return null;
        return bytes switch
        {
            1 => start[at],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(start[at..]) + 256,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(start[at..]),
            _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(start[at..]), long.MaxValue),
        };
    }
}
