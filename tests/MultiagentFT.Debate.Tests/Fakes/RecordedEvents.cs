using MultiagentFT.Debate.Protocol.Events;

namespace MultiagentFT.Debate.Tests.Fakes;

internal sealed class RecordedEvents(bool wantsText) : IDebateObserver
{
    public List<DebateEvent> Events { get; } = [];

    public bool WantsText => wantsText;

    public void On(DebateEvent happened) => Events.Add(happened);
}
