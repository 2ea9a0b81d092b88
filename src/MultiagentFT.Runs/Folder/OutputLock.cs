using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>An output file that this process alone writes, until disposed.</summary>
public sealed class OutputLock : IDisposable
{
    private readonly FileStream _lock;

    private OutputLock(FileStream @lock) => _lock = @lock;

    /// <param name="output">Absolute path; the lock lies beside it.</param>
    /// <exception cref="InputException">Another process holds it, or it cannot be written.</exception>
    public static OutputLock Acquire(string output)
    {
        var path = output + ".lock";
        try
        {
            if (new FileInfo(path).LinkTarget is not null) throw new InputException(path, null, "a lock or no file", "a link");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new OutputLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new InputException(output, null, "a file that no other process writes", error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(output, null, "a place that can be written", error.Message, error);
        }
    }

    public void Dispose()
    {
        File.Delete(_lock.Name);
        _lock.Dispose();
    }
}
