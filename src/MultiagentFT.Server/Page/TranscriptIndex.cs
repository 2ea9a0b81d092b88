using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;

namespace MultiagentFT.Server.Page;

/// <summary>Where the debates of a transcript file lie, so that one is read without the others. A torn last line, which a run may be writing, is left out.</summary>
internal sealed class TranscriptIndex
{
    private readonly string _path;
    private readonly (long Length, DateTime Written) _state;

    private TranscriptIndex(string path, (long Length, DateTime Written) state, IReadOnlyList<DebateEntry> debates) => (_path, _state, Debates) = (path, state, debates);

    public IReadOnlyList<DebateEntry> Debates { get; }

    /// <summary>Whether the file is as it was read.</summary>
    public bool IsCurrent => _state == StateOf(_path);

    /// <exception cref="InputException">The file cannot be read, or a whole line is no transcript.</exception>
    public static TranscriptIndex Read(string path)
    {
        var state = StateOf(path);
        using var stream = Open(path);
        var debates = new List<DebateEntry>();
        foreach (var (index, line) in LineReader.Read(stream).Index())
        {
            if (!line.IsWhole) break;
            var length = line.Content.Length;
            debates.Add(DebateEntry.Of(index + 1, line.End - 1 - length, length, TranscriptFile.Parse(path, index, line.Content.Span)));
        }
        return new TranscriptIndex(path, state, debates);
    }

    /// <exception cref="InputException">The file has changed since, so that there is another text in the place.</exception>
    public Transcript Get(DebateEntry debate)
    {
        using var stream = Open(_path);
        var content = new byte[debate.Length];
        stream.Position = debate.Start;
        try
        {
            stream.ReadExactly(content);
        }
        catch (EndOfStreamException error)
        {
            throw new InputException(_path, $"line {debate.Line}", "a debate that was there", "the end of the file", error);
        }
        return TranscriptFile.Parse(_path, debate.Line - 1, content);
    }

    private static (long Length, DateTime Written) StateOf(string path) => new FileInfo(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    /// <summary>The run that may still write it is not disturbed.</summary>
    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }
}
