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
    public static IEnumerable<TaskRow> Read(string path) => Read(path, Longest);

    /// <param name="path">The file.</param>
    /// <param name="longest">
    /// How long reading may take, beside a second for each MiB: where structures of a file have no end the library looks for it for ever, and
    /// cannot be stopped.
    /// </param>
    /// <exception cref="InputException">The file is not a sound Parquet file.</exception>
    public static IEnumerable<TaskRow> Read(string path, TimeSpan longest) =>
        Load(path, longest).Select((cells, i) => new CellRow(path, $"row {i + 1}", cells.ToDictionary(cell => cell.Key, cell => (object?)cell.Value)));

    private static IList<Dictionary<string, object>> Load(string path, TimeSpan longest)
    {
        try
        {
            longest += TimeSpan.FromSeconds(new FileInfo(path).Length / LeastBytesASecond);
            // A thread of its own: in an endless loop it is left behind, and ends with the process.
            return Task.Factory.StartNew(() => LoadAsync(path).GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(longest).GetAwaiter().GetResult();
        }
        catch (TimeoutException error)
        {
            throw new InputException(path, null, "a Parquet file", $"one whose reading does not end in {longest.TotalSeconds:0} s", error);
        }
        // The library says what is wrong with a file by exceptions of any kind; sizes that a file makes up end in OutOfMemoryException.
        catch (Exception error)
        {
            throw new InputException(path, null, "a Parquet file", error.Message.ReplaceLineEndings(" "), error);
        }
    }

    private static async Task<IList<Dictionary<string, object>>> LoadAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        return (await ParquetSerializer.DeserializeUntypedAsync(stream).ConfigureAwait(false)).Data;
    }
}
