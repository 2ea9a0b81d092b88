using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Feedback;

/// <summary>
/// Judgments of people as JSON Lines, appended one at a time and flushed to disk. A killed writer leaves at most one torn line, the last: the next one
/// cuts it off, and readers do not see it.
/// </summary>
/// <param name="path">Absolute; the file may be missing.</param>
/// <param name="time">Says when.</param>
public sealed class FeedbackFile(string path, TimeProvider time)
{
    private readonly Lock _gate = new();

    public string Path => path;

    /// <summary>Appends that one answer is preferred to another.</summary>
    /// <exception cref="InputException">The judgment is not whole, or the file is a link or cannot be written.</exception>
    public Preference Prefer(string by, IReadOnlyList<ChatMessage> prompt, (string Text, AnswerOrigin From) chosen, (string Text, AnswerOrigin From) rejected)
    {
        var preference = new Preference(
            FileFormat.Current, time.GetUtcNow(), by, prompt, [ChatMessage.Assistant(chosen.Text)], [ChatMessage.Assistant(rejected.Text)], chosen.From, rejected.From);
        Append(preference, preference.GetType());
        return preference;
    }

    /// <summary>Appends that an answer is good or bad.</summary>
    /// <inheritdoc cref="Prefer"/>
    public Mark Mark(string by, IReadOnlyList<ChatMessage> prompt, (string Text, AnswerOrigin From) answer, bool isGood)
    {
        var mark = new Mark(FileFormat.Current, time.GetUtcNow(), by, prompt, [ChatMessage.Assistant(answer.Text)], isGood, answer.From);
        Append(mark, mark.GetType());
        return mark;
    }

    /// <summary>All judgments, oldest first; none of a file that is missing.</summary>
    /// <exception cref="InputException">The file cannot be read, or a whole line is no judgment or of another format.</exception>
    public static IReadOnlyList<Judgment> Read(string path)
    {
        RequireNoLink(path);
        if (!File.Exists(path)) return [];
        try
        {
            // A writer is not disturbed.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return [.. LineReader.Read(stream).Index().Where(line => line.Item.IsWhole).Select(line => Parse(path, $"line {line.Index + 1}", line.Item.Content.Span))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }

    private void Append(Judgment judgment, Type type)
    {
        if (Fault(judgment) is { } fault) throw new InputException("feedback", fault.Place, fault.Expected, fault.Found);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(judgment, type, JsonFormats.Line), (byte)'\n'];
        lock (_gate)
        {
            RequireNoLink(path);
            try
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                // Nobody else writes meanwhile.
                using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                var end = EndOfLines(stream);
                if (end < stream.Length) stream.SetLength(end);
                stream.Position = end;
                stream.Write(line);
                stream.Flush(flushToDisk: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new InputException(path, null, "a file that this process alone can write", error.Message, error);
            }
        }
    }

    /// <summary>Offset behind the last line feed.</summary>
    private static long EndOfLines(FileStream stream)
    {
        var buffer = new byte[4096];
        for (var end = stream.Length; end > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end));
            stream.Position = end -= part.Length;
            stream.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is >= 0 and var feed) return end + feed + 1;
        }
        return 0;
    }

    private static Judgment Parse(string path, string place, ReadOnlySpan<byte> line)
    {
        Judgment? judgment;
        try
        {
            JsonContent.RequireUtf8(path, place, line);
            JsonContent.RequireValues(path, place, line);
            var value = JsonSerializer.Deserialize<JsonElement>(line, JsonFormats.Line);
            if (FileFormat.Refusal(path, value) is { } refusal) throw refusal;
            judgment = value.TryGetProperty("label", out _) ? value.Deserialize<Mark>(JsonFormats.Line) : value.Deserialize<Preference>(JsonFormats.Line);
        }
        catch (JsonException error)
        {
            throw new InputException(path, place, "a judgment", JsonMessage.Of(error), error);
        }
        if (judgment is null) throw new InputException(path, place, "a judgment", "null");
        return Fault(judgment) is { } fault ? throw new InputException(path, $"{place}: {fault.Place}", fault.Expected, fault.Found) : judgment;
    }

    /// <summary>What keeps a judgment from being one; null where nothing does.</summary>
    private static (string Place, string Expected, string Found)? Fault(Judgment judgment)
    {
        if (string.IsNullOrWhiteSpace(judgment.By) || judgment.By.Length > Judgment.MostNameCharacters)
            return ("by", $"a name of 1 to {Judgment.MostNameCharacters} characters", $"{judgment.By.Length}");
        if (judgment.Prompt.All(message => message.Role != ChatMessage.UserRole)) return ("prompt", "a user message", "none");
        return judgment switch
        {
            Preference preference => FaultOf("chosen", preference.Chosen) ?? FaultOf("rejected", preference.Rejected)
                ?? (preference.ChosenText == preference.RejectedText ? ("rejected", "an answer other than the chosen one", "the same") : null),
            Mark mark => FaultOf("completion", mark.Completion),
            _ => null,
        };
    }

    private static (string Place, string Expected, string Found)? FaultOf(string key, IReadOnlyList<ChatMessage> answer) => answer switch
    {
        not [{ Role: ChatMessage.AssistantRole }] => (key, "one assistant message", $"{answer.Count} messages"),
        [{ Content: var text }] when string.IsNullOrWhiteSpace(text) => (key, "an answer", "an empty one"),
        _ => null,
    };

    private static void RequireNoLink(string path)
    {
        if (new FileInfo(path).LinkTarget is not null) throw new InputException(path, null, "a file or none", "a link");
    }
}
