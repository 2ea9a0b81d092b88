namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>A turn goes on.</summary>
/// <param name="Turn">Which.</param>
/// <param name="Piece">What follows the text so far.</param>
public sealed record TextGenerated(SpeakingTurn Turn, string Piece) : DebateEvent;
