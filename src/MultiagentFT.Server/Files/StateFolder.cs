using System.Text.Json;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Server.Files;

/// <summary>
/// What a server keeps: <c>files/ID/</c> (<c>content</c>, and <c>file.json</c>, written last), <c>jobs/ID/</c> (<c>job.json</c>, <c>events.jsonl</c>,
/// <c>adapter.gguf</c>). One server at a time has it.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private static readonly JsonSerializerOptions Format = new(JsonFormats.Indented) { IgnoreReadOnlyProperties = true };

    private readonly OutputLock _lock;

    /// <exception cref="InputException">Another server has it, or nothing can be written there.</exception>
    public StateFolder(string path)
    {
        Root = FilePath.Full(path, "state folder");
        try
        {
            _lock = OutputLock.Acquire(Path.Combine(Root, "server"));
            Directory.CreateDirectory(Files);
            Directory.CreateDirectory(Jobs);
            AtomicFile.Try(Files);
        }
        catch (InputException error)
        {
            throw new InputException(Root, null, "a state folder that no other server uses", error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _lock?.Dispose();
            throw new InputException(Root, null, "a state folder that can be written", error.Message, error);
        }
    }

    public string Root { get; }

    public string Files => Path.Combine(Root, "files");

    public string Jobs => Path.Combine(Root, "jobs");

    /// <summary>Reads the description of what lies in a folder.</summary>
    /// <param name="kind">What it describes, for messages.</param>
    /// <exception cref="InputException">It is damaged.</exception>
    public static T Read<T>(string path, string kind)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Format) ?? throw new InputException(path, null, kind, "null");
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, kind, JsonMessage.Of(error), error);
        }
    }

    /// <summary>Writes a description, atomically.</summary>
    public static void Write<T>(string path, T value) => AtomicFile.WriteText(path, JsonSerializer.Serialize(value, Format));

    public void Dispose() => _lock.Dispose();
}
