using System.Text;

namespace MultiagentFT.Debate.Tests.Tasks.Files.Parquet;

/// <summary>Writes a structure in Thrift's compact protocol, field by field.</summary>
internal sealed class CompactWriter
{
    private readonly List<byte> _bytes = [];
    private int _last;

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    public static byte[] Signed(long value) => Varint(((ulong)value << 1) ^ (ulong)(value >> 63));

    public static byte[] Text(string value) => [.. Varint((ulong)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];

    /// <param name="type">5 for numbers of 32 bits, 6 for 64, 8 for texts, 9 for lists, 12 for structures.</param>
    public static byte[] List(int type, params byte[][] elements) =>
        [.. elements.Length < 15 ? [(byte)((elements.Length << 4) | type)] : (byte[])[(byte)(0xf0 | type), .. Varint((ulong)elements.Length)], .. elements.SelectMany(element => element)];

    public CompactWriter Field(int id, int type, byte[] value)
    {
        _bytes.AddRange([(byte)(((id - _last) << 4) | type), .. value]);
        _last = id;
        return this;
    }

    public CompactWriter I32(int id, long? value) => value is null ? this : Field(id, 5, Signed(value.Value));

    public CompactWriter I64(int id, long? value) => value is null ? this : Field(id, 6, Signed(value.Value));

    public CompactWriter Bool(int id, bool? value) => value is null ? this : Field(id, value.Value ? 1 : 2, []);

    /// <summary>The structure, with anything before its end.</summary>
    public byte[] End(params byte[] more) => [.. _bytes, .. more, 0];
}
