using MultiagentFT.Debate.Tasks.Files.Parquet;
using MultiagentFT.Foundation;
using Parquet.Serialization;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>Rows of an Apache Parquet file, as data sets are published.</summary>
internal static class ParquetRows
{
    /// <summary>Many times what a sound file of a few rows takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(9);

    private const double LeastBytesASecond = 1 << 20;

    /// <exception cref="InputException">The file is not a sound Parquet file.</exception>
    public static IEnumerable<TaskRow> Read(string path) =>
        Load(path).Select((cells, i) => new CellRow(path, $"row {i + 1}", cells.ToDictionary(cell => cell.Key, cell => (object?)cell.Value)));

    private static IList<Dictionary<string, object>> Load(string path)
    {
        try
        {
            // Closed also where the last defence was needed: who still reads then gets an error.
            using var file = File.OpenRead(path);
            ParquetCheck.Check(path, file);
            return Load(path, new EndingStream(file), Longest + TimeSpan.FromSeconds(file.Length / LeastBytesASecond));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="file">What it holds, its structures checked.</param>
    /// <param name="longest">The last defence: how long reading may take.</param>
    /// <exception cref="InputException">The library cannot read the values, or not in this time.</exception>
    internal static IList<Dictionary<string, object>> Load(string path, Stream file, TimeSpan longest)
    {
        try
        {
            return Task.Factory.StartNew(() => LoadAsync(file).GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(longest).GetAwaiter().GetResult();
        }
        catch (TimeoutException error)
        {
            throw new InputException(path, null, "a Parquet file", $"one whose reading does not end in {longest.TotalSeconds:0} s", error);
        }
        // The library says what is wrong with values by exceptions of any kind; sizes that packed data makes up end in OutOfMemoryException.
        catch (Exception error)
        {
            var (outer, inner) = (error.Message, error.GetBaseException().Message);
            throw new InputException(path, null, "a Parquet file", (outer == inner ? outer : $"{outer}: {inner}").ReplaceLineEndings(" "), error);
        }
    }

    private static async Task<IList<Dictionary<string, object>>> LoadAsync(Stream file) =>
        (await ParquetSerializer.DeserializeUntypedAsync(file).ConfigureAwait(false)).Data;
}
