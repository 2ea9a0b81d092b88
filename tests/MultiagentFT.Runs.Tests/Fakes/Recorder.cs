using System.Collections.Concurrent;
using MultiagentFT.Runs.Events;

namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>Keeps all events in order.</summary>
internal sealed class Recorder : IRunObserver
{
    public ConcurrentQueue<RunEvent> Events { get; } = [];

    public void On(RunEvent happened) => Events.Enqueue(happened);
}
