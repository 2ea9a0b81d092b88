using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>What one agent said in one round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Agent">From 0.</param>
/// <param name="Speaker">The agent's name, such as <c>critic-2</c>.</param>
/// <param name="Adapter">Adapter and version that spoke, such as <c>critic-2@1</c>; null for the base model.</param>
/// <param name="Seed">The seed of the answer.</param>
/// <param name="Prompt">The user message that was answered.</param>
/// <param name="Text">The answer.</param>
/// <param name="Answer">What it commits to; null when nothing was found.</param>
/// <param name="PromptTokens">Tokens of the conversation up to the answer.</param>
/// <param name="GeneratedTokens">Tokens of the answer.</param>
/// <param name="Finish">Why it ended.</param>
/// <param name="Summary">The summary that the prompt carries, with its own cost; null in round 1 and without summaries.</param>
/// <param name="Failure">Why there is no answer, when the engine could not give one.</param>
/// <param name="LogProbability">Mean log-probability of the answer's tokens, in nats; null, and not in files, where votes do not ask for it.</param>
/// <param name="Served">What a remote endpoint says has answered; null, and not in files, for models in this process.</param>
public sealed record Turn(
    int Round,
    int Agent,
    string Speaker,
    string? Adapter,
    ulong Seed,
    string Prompt,
    string Text,
    string? Answer,
    int PromptTokens,
    int GeneratedTokens,
    FinishReason Finish,
    SummaryTurn? Summary = null,
    GenerationFailure? Failure = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LogProbability = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ServedModel? Served = null);
