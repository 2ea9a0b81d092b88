namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>A structure of Thrift: its fields by their numbers.</summary>
internal sealed class ThriftShape(params ThriftField[] fields)
{
    private readonly Dictionary<int, ThriftField> _fields = fields.ToDictionary(field => field.Id);

    public IReadOnlyList<ThriftField> Fields => fields;

    public ThriftField? Find(int id) => _fields.GetValueOrDefault(id);
}
