namespace MultiagentFT.Inference.Engines;

/// <summary>Counts the calls that are using something, so that it is freed after the last of them has left.</summary>
internal sealed class CallGate
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private bool _isClosed;

    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public Pass Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(GenerationEngine));
            _inside++;
        }
        return new Pass(this);
    }

    /// <summary>Lets no one in any more.</summary>
    /// <returns>False when that has been said before.</returns>
    public bool Close()
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            _isClosed = true;
            if (_inside == 0) _empty.SetResult();
            return true;
        }
    }

    /// <summary>Ends when the gate is closed and everybody has left.</summary>
    public Task EmptyAsync() => _empty.Task;

    private void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0 && _isClosed) _empty.SetResult();
        }
    }

    public readonly struct Pass(CallGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
