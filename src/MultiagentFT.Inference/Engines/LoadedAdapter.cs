using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Engines;

/// <summary>An adapter in memory and the number of requests that use it.</summary>
internal sealed class LoadedAdapter(AdapterVersion version, string path, string content, IRuntimeAdapter runtime) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _unused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users;
    private bool _isRetired;
    private bool _isDisposed;

    public AdapterVersion Version { get; } = version;

    public string Path { get; } = path;

    /// <summary>Hash of the file as it was loaded.</summary>
    public string Content { get; } = content;

    public IRuntimeAdapter Runtime { get; } = runtime;

    /// <summary>Counts a user; false once the adapter is retired.</summary>
    public bool TryAcquire()
    {
        lock (_lock)
        {
            if (_isRetired) return false;
            _users++;
            return true;
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _users--;
            if (_isRetired && _users == 0) _unused.TrySetResult();
        }
    }

    /// <summary>Takes no new users; the task ends when the last one has gone.</summary>
    public Task RetireAsync()
    {
        lock (_lock)
        {
            _isRetired = true;
            if (_users == 0) _unused.TrySetResult();
        }
        return _unused.Task;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }
        Runtime.Dispose();
    }
}
