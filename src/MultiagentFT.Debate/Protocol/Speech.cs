using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>A turn that is about to be taken.</summary>
/// <param name="Debate">In which debate.</param>
/// <param name="Agent">By whom, from 0.</param>
/// <param name="Prompt">The new user message.</param>
/// <param name="Summary">The summary that the prompt carries, if any.</param>
internal sealed record Speech(OpenDebate Debate, int Agent, ChatMessage Prompt, SummaryTurn? Summary = null);
