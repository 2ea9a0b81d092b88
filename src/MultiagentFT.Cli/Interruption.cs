using System.Runtime.InteropServices;

namespace MultiagentFT.Cli;

/// <summary>
/// Turns the first Ctrl-C (or a request to terminate) into a cancellation, so that the work ends at a safe place; one that comes later finds the system's
/// default, which kills. What comes within a second is the first one again: <c>timeout</c> and service managers tell a process and its group.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long? _first;

    public Interruption(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    internal void OnSignal(PosixSignalContext context)
    {
        lock (_gate)
        {
            var isFirst = _first is null;
            _first ??= _time.GetTimestamp();
            context.Cancel = _time.GetElapsedTime(_first.Value) < SameRequest;
            if (!isFirst) return;
        }
        _source.Cancel();
    }
}
