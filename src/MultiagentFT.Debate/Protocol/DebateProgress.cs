namespace MultiagentFT.Debate.Protocol;

/// <summary>Where the debates of a chunk stand.</summary>
/// <param name="Phase"><c>answers</c>, <c>summaries</c> or <c>revisions</c>.</param>
/// <param name="Round">From 1.</param>
/// <param name="Done">Requests of this phase that have ended.</param>
/// <param name="Total">Requests of this phase.</param>
/// <param name="GeneratedTokens">New tokens of the chunk so far, all phases.</param>
public sealed record DebateProgress(string Phase, int Round, int Done, int Total, long GeneratedTokens);
