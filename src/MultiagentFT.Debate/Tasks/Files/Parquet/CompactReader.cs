using System.Text;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>
/// Walks over structures in Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), within
/// given bytes and by given shapes: each value has the type that its shape says, no number is longer than its type, no list or text longer than what
/// is left. Fields that no shape knows are passed over, structures among them refused, as readers of older versions do not find their ends.
/// </summary>
/// <param name="bytes">What the structure lies in; more may follow it.</param>
/// <param name="part">What it is, for messages.</param>
internal sealed class CompactReader(ReadOnlyMemory<byte> bytes, FilePart part)
{
    private const int Stop = 0;

    /// <summary>A list's size that its first byte cannot hold, and which follows.</summary>
    private const int LongList = 15;

    /// <summary>Bytes that were read.</summary>
    public int Position { get; private set; }

    /// <exception cref="Foundation.InputException">The bytes are no structure of this shape.</exception>
    /// <exception cref="EndOfStreamException">They end within it.</exception>
    public ThriftStruct Read(ThriftShape shape)
    {
        var values = new ThriftStruct();
        var seen = 0ul;
        var id = 0;
        while (Next() is var header && header != Stop)
        {
            id = header >> 4 == 0 ? (int)Signed(16, null) : id + (header >> 4);
            if (id is < 1 or > short.MaxValue) throw part.Wrong(null, $"fields with numbers of 1 to {short.MaxValue}", $"{id}");
            var type = (CompactType)(header & 15);
            if (shape.Find(id) is { } field)
            {
                if ((seen & (1ul << id)) != 0) throw part.Wrong(field.Name, "it once", "it twice");
                seen |= 1ul << id;
                Read(field, type, values);
            }
            else
            {
                PassOver($"field {id}", type);
            }
        }
        foreach (var field in shape.Fields)
        {
            if (field.Required && (seen & (1ul << field.Id)) == 0) throw part.Wrong(field.Name, "a value", "none");
        }
        return values;
    }

    private void Read(ThriftField field, CompactType type, ThriftStruct values)
    {
        if (field.Type == CompactType.True && type is CompactType.True or CompactType.False)
        {
            if (field.Kept) values[field.Name] = type == CompactType.True;
            return;
        }
        Require(field.Name, field.Type, type);
        var value = type == CompactType.List ? Elements(field) : Value(field, type);
        if (field.Kept) values[field.Name] = value!;
    }

    /// <summary>A list's elements; null where they are not kept.</summary>
    private List<object>? Elements(ThriftField field)
    {
        var (count, type) = ListStart(field.Name);
        // Writers of empty lists say any type.
        if (count > 0) Require(field.Name, field.Element!.Value, type);
        var elements = field.Kept ? new List<object>() : null;
        for (var i = 0; i < count; i++)
        {
            var element = Value(field, field.Element!.Value);
            elements?.Add(element!);
        }
        return elements;
    }

    /// <summary>A value of a field or of a list's element; a text only where it is kept.</summary>
    private object? Value(ThriftField field, CompactType type)
    {
        switch (type)
        {
            case CompactType.Byte:
                return (long)(sbyte)Next();
            case CompactType.I16:
                return Signed(16, field.Name);
            case CompactType.I32:
                return Signed(32, field.Name);
            case CompactType.I64:
                return Signed(64, field.Name);
            case CompactType.Double:
                Take(sizeof(double));
                return null;
            case CompactType.Binary:
                var text = Take(Unsigned(32, field.Name));
                return field.Kept ? Encoding.UTF8.GetString(text) : null;
            default:
                return Read(field.Shape!);
        }
    }

    private void PassOver(string name, CompactType type)
    {
        if (type is CompactType.True or CompactType.False) return;
        if (type is not CompactType.List)
        {
            PassOverOne(name, type);
            return;
        }
        var (count, element) = ListStart(name);
        for (var i = 0; i < count; i++) PassOverOne(name, element);
    }

    private void PassOverOne(string name, CompactType type)
    {
        if (type is CompactType.Byte) Next();
        else if (type is CompactType.I16) Signed(16, name);
        else if (type is CompactType.I32) Signed(32, name);
        else if (type is CompactType.I64) Signed(64, name);
        else if (type is CompactType.Double) Take(sizeof(double));
        else if (type is CompactType.Binary) Take(Unsigned(32, name));
        else throw part.Wrong(name, "a field that this version of the format knows, or numbers or texts", Named(type));
    }

    private (int Count, CompactType Element) ListStart(string name)
    {
        var header = Next();
        var count = header >> 4 == LongList ? Unsigned(32, name) : (ulong)(header >> 4);
        // Each element has a byte at least.
        if (count > (ulong)(bytes.Length - Position)) throw new EndOfStreamException();
        return ((int)count, (CompactType)(header & 15));
    }

    private void Require(string name, CompactType expected, CompactType found)
    {
        if (found != expected) throw part.Wrong(name, Named(expected), Named(found));
    }

    private static string Named(CompactType type) => type switch
    {
        CompactType.True or CompactType.False => "a truth value",
        CompactType.Byte => "a number of 8 bits",
        CompactType.I16 => "a number of 16 bits",
        CompactType.I32 => "a number of 32 bits",
        CompactType.I64 => "a number of 64 bits",
        CompactType.Double => "a floating-point number",
        CompactType.Binary => "a text",
        CompactType.List => "a list",
        CompactType.Struct => "a structure",
        _ => $"a value of type {(int)type}",
    };

    /// <summary>A signed number: its magnitude is doubled, and odd where it is negative.</summary>
    private long Signed(int bits, string? name)
    {
        var folded = Unsigned(bits, name);
        return (long)(folded >> 1) ^ -(long)(folded & 1);
    }

    /// <summary>A number in parts of 7 bits, the lowest first; each but the last has its highest bit set.</summary>
    private ulong Unsigned(int bits, string? name)
    {
        var value = 0ul;
        for (var shift = 0; shift < bits; shift += 7)
        {
            var next = Next();
            var part7 = (ulong)(next & 0x7f);
            if (shift + 7 > bits && part7 >> (bits - shift) != 0) break;
            value |= part7 << shift;
            if (next < 0x80) return value;
        }
        throw part.Wrong(name, $"a number of at most {bits} bits", "a longer one");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(bytes.Length - Position)) throw new EndOfStreamException();
        var taken = bytes.Span.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    private int Next() => Position < bytes.Length ? bytes.Span[Position++] : throw new EndOfStreamException();
}
