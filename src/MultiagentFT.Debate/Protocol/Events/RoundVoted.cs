namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>All agents have spoken in a round, and these are their votes.</summary>
public sealed record RoundVoted(string ProblemId, RoundVote Vote) : DebateEvent;
