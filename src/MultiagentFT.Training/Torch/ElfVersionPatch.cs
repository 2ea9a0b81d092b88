using System.Buffers.Binary;
using System.Text;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// Marks one symbol-version requirement of a 64-bit little-endian ELF library as weak, so that the dynamic loader accepts
/// a runtime library without it (ELF gABI and LSB: section type SHT_GNU_verneed, Verneed and Vernaux records).
/// </summary>
public static class ElfVersionPatch
{
    private const uint VersionNeedsSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Sets the weak flag of every requirement of that version in place.</summary>
    /// <returns>How many requirements were marked; 0 when the image asks for no such version or is no such ELF file.</returns>
    public static int MakeWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1])) return 0;
        var table = (int)BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]);
        var entrySize = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        var marked = 0;
        for (var i = 0; i < count; i++)
        {
            var section = image[(table + (i * entrySize))..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != VersionNeedsSection) continue;
            var needs = (int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]);
            var stringsSection = (int)BinaryPrimitives.ReadUInt32LittleEndian(section[0x28..]);
            var files = BinaryPrimitives.ReadInt32LittleEndian(section[0x2c..]);
            var strings = (int)BinaryPrimitives.ReadInt64LittleEndian(image[(table + (stringsSection * entrySize) + 0x18)..]);
            marked += MarkNeeds(image, needs, files, strings, version);
        }
        return marked;
    }

    private static int MarkNeeds(Span<byte> image, int need, int files, int strings, string version)
    {
        var marked = 0;
        for (var file = 0; file < files; file++)
        {
            var versions = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]);
            var entry = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(need + 8)..]);
            for (var i = 0; i < versions; i++)
            {
                var name = image[(strings + (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(entry + 8)..]))..];
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                {
                    var flags = BinaryPrimitives.ReadUInt16LittleEndian(image[(entry + 4)..]);
                    BinaryPrimitives.WriteUInt16LittleEndian(image[(entry + 4)..], (ushort)(flags | WeakFlag));
                    marked++;
                }
                entry += (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(entry + 12)..]);
            }
            need += (int)BinaryPrimitives.ReadUInt32LittleEndian(image[(need + 12)..]);
        }
        return marked;
    }
}
