using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>A turn is over, or could not be generated.</summary>
public sealed record TurnEnded(SpeakingTurn Turn, GenerationResult Result) : DebateEvent;
