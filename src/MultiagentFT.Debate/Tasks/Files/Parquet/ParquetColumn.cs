using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>A column: a leaf of the schema's tree.</summary>
/// <param name="Path">Names from below the root to the leaf.</param>
/// <param name="Type">Of its values, as a number of the format.</param>
/// <param name="Repeated">Whether a row may have many values.</param>
internal sealed record ParquetColumn(IReadOnlyList<string> Path, long Type, bool Repeated)
{
    private const int MostColumns = 1024;
    private const int MostDepth = 32;
    private const long HighestType = 7;
    private const long RepeatedType = 2;

    public string Name => string.Join('.', Path);

    /// <summary>The columns in their order.</summary>
    /// <param name="schema">The tree's elements, each before its children.</param>
    /// <param name="part">Where it stands.</param>
    /// <exception cref="InputException">The elements are no tree, or one is too large.</exception>
    public static IReadOnlyList<ParquetColumn> Of(IReadOnlyList<ThriftStruct> schema, FilePart part)
    {
        if (schema.Count == 0) throw part.Wrong("schema", "a root", "nothing");
        var columns = new List<ParquetColumn>();
        var next = 1;
        Read(schema[0].NumberOrNull("num_children") ?? 0, [], false);
        if (next != schema.Count) throw part.Wrong("schema", $"{next} elements, as num_children say", $"{schema.Count}");
        return columns;

        void Read(long children, IReadOnlyList<string> parents, bool repeated)
        {
            if (parents.Count > MostDepth) throw part.Wrong("schema", $"at most {MostDepth} elements within one another", "more");
            var names = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0L; i < children; i++)
            {
                if (next >= schema.Count) throw part.Wrong("schema", $"{children} children of {Named(parents)}", $"{i}");
                var element = schema[next++];
                IReadOnlyList<string> path = [.. parents, element.Text("name")];
                if (!names.Add(path[^1])) throw part.Wrong("schema", "every column once", string.Join('.', path));
                Add(element, path, repeated || element.NumberOrNull("repetition_type") == RepeatedType);
            }
        }

        void Add(ThriftStruct element, IReadOnlyList<string> path, bool repeated)
        {
            var children = element.NumberOrNull("num_children") ?? 0;
            var type = element.NumberOrNull("type");
            if (type is null == children <= 0 || children < 0 || type is < 0 or > HighestType)
            {
                throw part.Wrong(
                    $"schema: {Named(path)}", $"either children or a type of 0 to {HighestType}", $"{children} children and {(type is null ? "no type" : $"type {type}")}");
            }
            if (type is null)
            {
                Read(children, path, repeated);
                return;
            }
            if (columns.Count == MostColumns) throw part.Wrong("schema", $"at most {MostColumns} columns", "more");
            columns.Add(new ParquetColumn(path, type.Value, repeated));
        }
    }

    private static string Named(IReadOnlyList<string> path) => path.Count == 0 ? "the root" : string.Join('.', path);
}
