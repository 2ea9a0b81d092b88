using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Remote.Spending;

/// <summary>
/// What has been spent, in a file (JSON Lines) that survives a kill: a line before every attempt with the most that it may cost, and one after it with
/// what it did cost. An attempt without the second line may have been paid for in full, and counts so.
/// </summary>
internal sealed class Ledger
{
    private const string Before = "before";

    private readonly string _path;

    private Ledger(string path) => _path = path;

    /// <summary>Opens the file and sums up what earlier processes wrote.</summary>
    /// <param name="path">Created with the first line.</param>
    /// <param name="spent">By attempts that ended, and by those of which it is not known.</param>
    /// <param name="open">Attempts that go on without a process: finetuning jobs, by id.</param>
    /// <param name="paid">Finetuning jobs that are among what was spent, by id.</param>
    /// <exception cref="InputException">The file is something else.</exception>
    public static Ledger Open(string path, out Tokens spent, out Dictionary<string, Tokens> open, out Dictionary<string, Tokens> paid)
    {
        spent = default;
        open = new Dictionary<string, Tokens>(StringComparer.Ordinal);
        paid = new Dictionary<string, Tokens>(StringComparer.Ordinal);
        if (!File.Exists(path)) return new Ledger(path);
        var ofAnswers = default(Tokens);
        var attempts = new Dictionary<string, Tokens>(StringComparer.Ordinal);
        foreach (var (index, line) in WholeLines(path).Index())
        {
            var entry = Parse(path, index, line);
            if (entry.HasEnded)
            {
                attempts.Remove(entry.Id);
                if (IsJob(entry.Id)) paid[entry.Id] = entry.Tokens;
                else ofAnswers += entry.Tokens;
            }
            else
            {
                attempts[entry.Id] = entry.Tokens;
            }
        }
        foreach (var (id, tokens) in attempts)
        {
            if (IsJob(id)) open[id] = tokens;
            else ofAnswers += tokens;
        }
        spent = paid.Values.Aggregate(ofAnswers, (sum, job) => sum + job);
        Entry[] sum =
        [
            new Entry(Before, true, ofAnswers),
            .. paid.Select(job => new Entry(job.Key, true, job.Value)),
            .. open.Select(job => new Entry(job.Key, false, job.Value)),
        ];
        AtomicFile.WriteText(path, string.Concat(sum.Select(Line)));
        return new Ledger(path);
    }

    public void Write(string id, bool hasEnded, Tokens tokens) => File.AppendAllText(_path, Line(new Entry(id, hasEnded, tokens)));

    private static bool IsJob(string id) => id.StartsWith(Charge.JobPrefix, StringComparison.Ordinal);

    private static string Line(Entry entry) => JsonSerializer.Serialize(entry, JsonFormats.Line) + "\n";

    /// <summary>Without a last line that a killed process had not finished.</summary>
    private static IEnumerable<string> WholeLines(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
        var lines = text.Split('\n');
        return lines.Take(lines.Length - 1);
    }

    private static Entry Parse(string path, int index, string line)
    {
        try
        {
            if (JsonSerializer.Deserialize<Entry>(line, JsonFormats.Line) is { Tokens: { Input: >= 0, Output: >= 0, Trained: >= 0 } } entry) return entry;
        }
        catch (JsonException error)
        {
            throw new InputException(path, $"line {index + 1}", "a line as mft writes it", JsonMessage.Of(error), error);
        }
        throw new InputException(path, $"line {index + 1}", "a line as mft writes it", "null, or tokens below 0");
    }

    /// <param name="Id">Of the attempt.</param>
    /// <param name="HasEnded">Whether <paramref name="Tokens"/> were spent; else they are the most that the attempt may cost.</param>
    /// <param name="Tokens">How many.</param>
    private sealed record Entry(string Id, bool HasEnded, Tokens Tokens);
}
