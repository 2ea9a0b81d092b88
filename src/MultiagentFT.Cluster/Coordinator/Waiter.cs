using MultiagentFT.Cluster.Telemetry;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Somebody who waits for a piece of work. Thread-safe.</summary>
/// <param name="asked">Measures it.</param>
/// <param name="progress">Told how a training goes on; null: nobody.</param>
internal sealed class Waiter(RunTelemetry.Asked asked, IProgress<TrainingProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private readonly List<string> _reasons = [];
    private TaskCompletionSource _news = New();
    private readonly TaskCompletionSource _end = New();
    private SentResult? _result;
    private int _step;

    public RunTelemetry.Asked Asked => asked;

    /// <summary>Why tries failed, in the order in which that was heard.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate) return [.. _reasons];
        }
    }

    /// <summary>Ends when there is something to look at; asked anew after each time.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    /// <summary>Ends when nobody waits any more.</summary>
    public Task Ended => _end.Task;

    /// <param name="key">Of the try: one that is heard of again counts once.</param>
    /// <param name="reason">Why it failed.</param>
    /// <param name="isRefused">Whether there was a result, which was none.</param>
    /// <returns>Tries that failed, this one included; 0 for one that was counted before.</returns>
    public int Fail(string key, string reason, bool isRefused)
    {
        lock (_gate)
        {
            if (!_failed.Add(key)) return 0;
            _reasons.Add(reason);
            asked.Failed(isRefused);
            return _reasons.Count;
        }
    }

    /// <summary>Hands over a result as it comes.</summary>
    public void Offer(SentResult result)
    {
        lock (_gate) _result = result;
        Tell();
    }

    /// <summary>The result that has come, once.</summary>
    public SentResult? Take()
    {
        lock (_gate)
        {
            var result = _result;
            _result = null;
            return result;
        }
    }

    /// <summary>Passes on how a training goes on; what is no news is left out, such as steps of a worker that has been given up.</summary>
    public void Report(TrainingProgress news)
    {
        if (progress is null) return;
        lock (_gate)
        {
            if (news.Step <= _step) return;
            _step = news.Step;
            progress.Report(news);
        }
    }

    public void End() => _end.TrySetResult();

    public void Tell() => Interlocked.Exchange(ref _news, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
