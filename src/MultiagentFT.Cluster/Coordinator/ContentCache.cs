using System.Collections.Concurrent;
using MultiagentFT.Cluster.Messages;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Files that this process has stored already.</summary>
internal sealed class ContentCache(ClusterRun run)
{
    private readonly ConcurrentDictionary<(string Path, long Bytes, DateTime Written), StoredContent> _stored = [];

    public async Task<StoredContent> PutAsync(string path, CancellationToken cancellation)
    {
        var info = new FileInfo(path);
        var key = (info.FullName, info.Length, info.LastWriteTimeUtc);
        if (_stored.TryGetValue(key, out var content)) return content;
        return _stored[key] = await run.PutAsync(path, cancellation).ConfigureAwait(false);
    }
}
