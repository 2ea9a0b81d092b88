using System.Text.Json;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>
/// Transcripts as JSON Lines, appended as debates finish. Every line goes to the operating system in one write, so a
/// killed process leaves whole lines and at most one torn line, the last. A file may be of any length.
/// </summary>
public sealed class TranscriptFile : IDisposable
{
    private readonly FileStream _stream;

    /// <summary>Opens a file to append to; creates it and its folder.</summary>
    public TranscriptFile(string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        Path = path;
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>Appends one transcript.</summary>
    /// <exception cref="IOException">The disk is full; what was written of the line is cut off by <see cref="Recover"/>.</exception>
    public void Append(Transcript transcript) =>
        _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(transcript, JsonFormats.Line), (byte)'\n']);

    public void Dispose() => _stream.Dispose();

    /// <summary>Reads all transcripts.</summary>
    /// <exception cref="InputException">The file is missing, or a line is not a transcript or of another format.</exception>
    public static IReadOnlyList<Transcript> Read(string path)
    {
        if (!File.Exists(path)) throw new InputException(path, null, "transcripts", "no such file");
        using var stream = File.OpenRead(path);
        return [.. LineReader.Read(stream).Index().Where(line => !IsBlank(line.Item.Content.Span))
            .Select(line => Parse(path, line.Index, line.Item.Content.Span))];
    }

    /// <summary>
    /// Cuts off what a killed run left behind its last whole chunk: a torn line, and lines of a chunk that was not
    /// finished. The cut is one change of the file's length.
    /// </summary>
    /// <param name="path">The file; a missing one holds no transcript.</param>
    /// <param name="problems">All problems of the run, in the order in which they are debated.</param>
    /// <param name="chunks">Where chunks end, in problems from the start, rising up to all of them.</param>
    /// <returns>Transcripts that the file now holds.</returns>
    /// <exception cref="InputException">A whole line is not a transcript or not of the problem expected there.</exception>
    public static int Recover(string path, IReadOnlyList<Problem> problems, IEnumerable<int> chunks)
    {
        if (!File.Exists(path)) return 0;
        var ends = chunks.ToHashSet();
        var (kept, end) = (0, 0L);
        long length;
        using (var stream = File.OpenRead(path))
        {
            length = stream.Length;
            foreach (var (index, line) in LineReader.Read(stream).Index())
            {
                if (!line.IsWhole) break;
                Check(path, index, line.Content.Span, problems);
                if (ends.Contains(index + 1)) (kept, end) = (index + 1, line.End);
            }
        }
        if (end < length)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
            stream.SetLength(end);
            stream.Flush(flushToDisk: true);
        }
        return kept;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static void Check(string path, int index, ReadOnlySpan<byte> line, IReadOnlyList<Problem> problems)
    {
        var place = $"line {index + 1}";
        if (index >= problems.Count) throw new InputException(path, place, $"{problems.Count} transcripts", "more");
        var found = Parse(path, index, line).ProblemId;
        if (found != problems[index].Id) throw new InputException(path, place, $"the debate on problem {problems[index].Id}", found);
    }

    /// <summary>Reads one line.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="index">Of the line, from 0.</param>
    /// <param name="line">Without the line feed.</param>
    /// <exception cref="InputException">It is not a transcript or of another format.</exception>
    public static Transcript Parse(string path, int index, ReadOnlySpan<byte> line)
    {
        var place = $"line {index + 1}";
        try
        {
            JsonContent.RequireValues(path, place, line);
            if (JsonSerializer.Deserialize<Transcript>(line, JsonFormats.Line) is { Format: FileFormat.Current, Votes.Count: > 0 } transcript)
                return transcript;
        }
        catch (JsonException error)
        {
            throw OtherFormat(path, line) ?? new InputException(path, place, "a transcript", JsonMessage.Of(error), error);
        }
        throw OtherFormat(path, line) ?? new InputException(path, place, "a transcript", "null, or one without a vote");
    }

    /// <summary>Null for a line of this format, or one that is no object at all.</summary>
    private static InputException? OtherFormat(string path, ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var value = JsonElement.ParseValue(ref reader);
            return value.ValueKind == JsonValueKind.Object ? FileFormat.Refusal(path, value) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
