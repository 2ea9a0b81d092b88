namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>A turn is sent to the engine. All turns of a phase start before any of them has text.</summary>
public sealed record TurnStarted(SpeakingTurn Turn) : DebateEvent;
