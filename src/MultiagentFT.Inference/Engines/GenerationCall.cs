using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Engines;

/// <summary>The requests of one call and where their outcomes go.</summary>
/// <param name="count">Number of requests.</param>
/// <param name="onText">Told of (index, text) as it is decoded.</param>
/// <param name="onCompleted">Told of each end, one at a time.</param>
/// <param name="cancellation">Ends all of them.</param>
internal sealed class GenerationCall(
    int count, Action<int, string>? onText, Action<int, GenerationResult>? onCompleted, CancellationToken cancellation)
{
    private readonly Lock _lock = new();
    private readonly GenerationResult[] _results = new GenerationResult[count];
    private readonly TaskCompletionSource<IReadOnlyList<GenerationResult>> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = count;
    private Exception? _fault;
    private CancellationTokenRegistration _registration;

    /// <summary>Ends when every request has: with all results, or with the first exception.</summary>
    public Task<IReadOnlyList<GenerationResult>> Completion => _completion.Task;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Whether text is wanted as it is decoded.</summary>
    public bool Streams => onText is not null;

    public static GenerationResult Failed(GenerationFailure failure, int promptTokens = 0, int cachedTokens = 0) =>
        new("", [], FinishReason.Failed, promptTokens, cachedTokens, failure);

    /// <summary>Has an action done when the call is cancelled, unless all requests have ended. Called before they are admitted.</summary>
    public void OnCancelled(Action action) =>
        _registration = cancellation.UnsafeRegister(static state => ((Action)state!)(), action);

    public void OnText(int index, string text)
    {
        if (text.Length > 0) onText?.Invoke(index, text);
    }

    public void Complete(int index, GenerationResult result)
    {
        lock (_lock)
        {
            _results[index] = result;
            try
            {
                onCompleted?.Invoke(index, result);
            }
            catch (Exception error)
            {
                _fault ??= error;
            }
            Close();
        }
    }

    public void Fault(Exception error)
    {
        lock (_lock)
        {
            _fault ??= error;
            Close();
        }
    }

    private void Close()
    {
        if (--_open != 0) return;
        _registration.Unregister();
        if (_fault is null) _completion.SetResult(_results);
        else if (_fault is OperationCanceledException cancelled) _completion.SetCanceled(cancelled.CancellationToken);
        else _completion.SetException(_fault);
    }
}
