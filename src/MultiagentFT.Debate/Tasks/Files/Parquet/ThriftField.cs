namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <param name="Id">Its number.</param>
/// <param name="Name">Its name in the format's description.</param>
/// <param name="Type">Of its value; <see cref="CompactType.True"/> stands for either truth value.</param>
/// <param name="Element">Type of a list's elements.</param>
/// <param name="Shape">Of a structure, or of a list's structures.</param>
/// <param name="Required">Whether nothing can be read without it.</param>
/// <param name="Kept">Whether its value is needed; what is not is only walked over.</param>
internal sealed record ThriftField(
    int Id, string Name, CompactType Type, CompactType? Element = null, ThriftShape? Shape = null, bool Required = false, bool Kept = false)
{
    /// <summary>The same field, without which nothing can be read.</summary>
    public ThriftField Needed => this with { Required = true, Kept = true };

    /// <summary>The same field, whose value is of use where it is there.</summary>
    public ThriftField Used => this with { Kept = true };

    public static ThriftField Bool(int id, string name) => new(id, name, CompactType.True);

    public static ThriftField Byte(int id, string name) => new(id, name, CompactType.Byte);

    public static ThriftField I16(int id, string name) => new(id, name, CompactType.I16);

    public static ThriftField I32(int id, string name) => new(id, name, CompactType.I32);

    public static ThriftField I64(int id, string name) => new(id, name, CompactType.I64);

    public static ThriftField Double(int id, string name) => new(id, name, CompactType.Double);

    public static ThriftField Binary(int id, string name) => new(id, name, CompactType.Binary);

    public static ThriftField Struct(int id, string name, ThriftShape shape) => new(id, name, CompactType.Struct, Shape: shape);

    public static ThriftField List(int id, string name, CompactType element) => new(id, name, CompactType.List, element);

    public static ThriftField List(int id, string name, ThriftShape shape) => new(id, name, CompactType.List, CompactType.Struct, shape);
}
