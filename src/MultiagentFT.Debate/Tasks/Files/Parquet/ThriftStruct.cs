namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>The values of a structure that are kept, by the names of their fields.</summary>
internal sealed class ThriftStruct
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public object this[string name]
    {
        set => _values[name] = value;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A whole number of any size.</summary>
    public long Number(string name) => (long)_values[name];

    public long? NumberOrNull(string name) => _values.TryGetValue(name, out var value) ? (long)value : null;

    public bool? TruthOrNull(string name) => _values.TryGetValue(name, out var value) ? (bool)value : null;

    public string Text(string name) => (string)_values[name];

    public ThriftStruct Struct(string name) => (ThriftStruct)_values[name];

    public ThriftStruct? StructOrNull(string name) => _values.TryGetValue(name, out var value) ? (ThriftStruct)value : null;

    public IReadOnlyList<ThriftStruct> Structs(string name) => [.. ((List<object>)_values[name]).Cast<ThriftStruct>()];

    public IReadOnlyList<string> Texts(string name) => [.. ((List<object>)_values[name]).Cast<string>()];
}
