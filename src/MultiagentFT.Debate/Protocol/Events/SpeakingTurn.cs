using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>An answer, a revision or a summary that is being generated. Two of them are equal when they are the same turn.</summary>
/// <param name="ProblemId">Which debate, as many may be held at a time.</param>
/// <param name="Round">From 1; a summary belongs to the round in which it is read.</param>
/// <param name="Agent">From 0: the agent that speaks, or for which the base model summarizes.</param>
/// <param name="Speaker">That agent's name, such as <c>critic-2</c>.</param>
/// <param name="IsSummary">Whether the base model summarizes the others' answers for the agent.</param>
/// <param name="Adapter">Whose weights generate; null is the base model.</param>
public sealed record SpeakingTurn(string ProblemId, int Round, int Agent, string Speaker, bool IsSummary, AdapterVersion? Adapter);
