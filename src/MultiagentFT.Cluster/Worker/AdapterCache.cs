using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;

namespace MultiagentFT.Cluster.Worker;

/// <summary>Adapters on this machine, by their hash; those not used for the longest time go first.</summary>
/// <param name="folder">Of the files.</param>
/// <param name="mostBytes">Of all files, but for those that are asked for together.</param>
/// <param name="fetch">Writes a content to a file.</param>
/// <param name="time">Of uses.</param>
internal sealed class AdapterCache(string folder, long mostBytes, Func<StoredContent, string, CancellationToken, Task> fetch, TimeProvider time)
{
    private readonly SemaphoreSlim _gate = new(1);

    public AdapterCache(string folder, long mostBytes, ContentStore contents)
        : this(folder, mostBytes, contents.GetFileAsync, TimeProvider.System)
    {
    }

    /// <summary>The files of some adapters, in their order.</summary>
    /// <exception cref="Foundation.InputException">One is not in the object store, or has another hash.</exception>
    public async Task<IReadOnlyList<string>> GetAsync(IReadOnlyList<StoredContent> adapters, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(folder);
            var paths = new List<string>();
            foreach (var adapter in adapters)
            {
                var path = Path.Combine(folder, adapter.Sha256 + ".gguf");
                // A file of this name was checked when it was written; one of another length was cut off since.
                if (!File.Exists(path) || new FileInfo(path).Length != adapter.Bytes) await fetch(adapter, path, cancellation).ConfigureAwait(false);
                File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
                paths.Add(path);
            }
            Trim([.. paths]);
            return paths;
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Trim(HashSet<string> used)
    {
        var files = new DirectoryInfo(folder).GetFiles("*.gguf").Where(file => !used.Contains(file.FullName)).OrderBy(file => file.LastWriteTimeUtc).ToList();
        var bytes = files.Sum(file => file.Length) + used.Sum(path => new FileInfo(path).Length);
        foreach (var file in files.TakeWhile(_ => bytes > mostBytes))
        {
            bytes -= file.Length;
            file.Delete();
        }
    }
}
