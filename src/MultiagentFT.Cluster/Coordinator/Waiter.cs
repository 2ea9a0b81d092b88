using System.Collections.Concurrent;
using MultiagentFT.Cluster.Messages;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Somebody who waits for a piece of work.</summary>
internal sealed class Waiter
{
    private TaskCompletionSource _news = New();

    /// <summary>Tries that failed, by subject.</summary>
    public ConcurrentDictionary<string, TryMessage> Failures { get; } = [];

    /// <summary>Ends when there is something to look at; asked anew after each time.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    public void Tell() => Interlocked.Exchange(ref _news, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
