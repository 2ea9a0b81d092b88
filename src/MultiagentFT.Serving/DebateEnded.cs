using MultiagentFT.Debate.Protocol.Events;

namespace MultiagentFT.Serving;

/// <summary>The last event of <see cref="ServedSociety.StreamDebateAsync(string, CancellationToken)"/>.</summary>
public sealed record DebateEnded(DebateOutcome Outcome) : DebateEvent;
