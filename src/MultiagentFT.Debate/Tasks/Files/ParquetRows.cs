using MultiagentFT.Foundation;
using Parquet.Serialization;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>Rows of an Apache Parquet file, as data sets are published.</summary>
internal static class ParquetRows
{
    /// <exception cref="InputException">The file is not a sound Parquet file.</exception>
    public static IEnumerable<TaskRow> Read(string path) =>
        Load(path).Select((cells, i) => new CellRow(path, $"row {i + 1}", cells.ToDictionary(cell => cell.Key, cell => (object?)cell.Value)));

    private static IList<Dictionary<string, object>> Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return ParquetSerializer.DeserializeUntypedAsync(stream).GetAwaiter().GetResult().Data;
        }
        // The library says what is wrong with a file by exceptions of any kind; sizes that a file makes up end in OutOfMemoryException.
        catch (Exception error)
        {
            throw new InputException(path, null, "a Parquet file", error.Message.ReplaceLineEndings(" "), error);
        }
    }
}
