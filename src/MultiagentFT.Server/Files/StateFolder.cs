using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Server.Files;

/// <summary>
/// What a server keeps: <c>files/ID/</c> (<c>content</c>, and <c>file.json</c>, written last), <c>jobs/ID/</c> (<c>job.json</c>, <c>events.jsonl</c>,
/// <c>adapter.gguf</c>). One server at a time has it.
/// </summary>
internal sealed class StateFolder : IDisposable
{
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

    public void Dispose() => _lock.Dispose();
}
