using System.Security.Cryptography;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Engines;

/// <summary>The adapters that requests can name.</summary>
internal sealed class AdapterCatalog(IModelRuntime runtime) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loading = new(1);
    private readonly Dictionary<AdapterVersion, LoadedAdapter> _available = [];
    private readonly HashSet<LoadedAdapter> _inMemory = [];

    /// <summary>Adapters that requests can name.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _available.Count;
        }
    }

    /// <summary>Loads an adapter unless it is there already.</summary>
    /// <exception cref="InputException">The file is not an adapter of the model, or the version was loaded from another file, or one with other content.</exception>
    public async Task LoadAsync(AdapterVersion version, string path, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        await _loading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var content = await Task.Run(() => ContentOf(path), cancellation).ConfigureAwait(false);
            if (IsAvailable(version, path, content)) return;
            var adapter = await Task.Run(() => runtime.LoadAdapter(path), cancellation).ConfigureAwait(false);
            Add(new LoadedAdapter(version, path, content, adapter));
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Counts a user of an adapter; null when there is none of this version.</summary>
    public LoadedAdapter? TryAcquire(AdapterVersion version)
    {
        lock (_lock) return _available.TryGetValue(version, out var adapter) && adapter.TryAcquire() ? adapter : null;
    }

    /// <summary>Takes an adapter off the list; it stays in memory until <see cref="Free"/>.</summary>
    public LoadedAdapter? TryRemove(AdapterVersion version)
    {
        lock (_lock) return _available.Remove(version, out var adapter) ? adapter : null;
    }

    public void Free(LoadedAdapter adapter)
    {
        lock (_lock) _inMemory.Remove(adapter);
        adapter.Dispose();
    }

    /// <summary>Frees all adapters; nobody uses them any more.</summary>
    public void Dispose()
    {
        LoadedAdapter[] adapters;
        lock (_lock)
        {
            adapters = [.. _inMemory];
            _inMemory.Clear();
            _available.Clear();
        }
        foreach (var adapter in adapters) adapter.Dispose();
    }

    /// <summary>Hash of a file; empty for one that cannot be read, which the runtime will say.</summary>
    private static string ContentOf(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length == 0) return "";
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private bool IsAvailable(AdapterVersion version, string path, string content)
    {
        lock (_lock)
        {
            if (!_available.TryGetValue(version, out var loaded)) return false;
            if (loaded.Path != path)
                throw new InputException(path, $"adapter {version}", $"the file it was loaded from ({loaded.Path})", "another file");
            return loaded.Content == content
                ? true
                : throw new InputException(
                    path, $"adapter {version}", "the content it was loaded with (a new version, or unloading it first, takes the other)", "other content");
        }
    }

    private void Add(LoadedAdapter adapter)
    {
        lock (_lock)
        {
            _inMemory.Add(adapter);
            _available.Add(adapter.Version, adapter);
        }
    }
}
