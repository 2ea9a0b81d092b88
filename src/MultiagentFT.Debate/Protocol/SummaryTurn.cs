using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>What the base model wrote to summarize the other agents' answers for one critic.</summary>
/// <param name="Text">The summary.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="PromptTokens">Tokens of its prompt.</param>
/// <param name="GeneratedTokens">Tokens of the summary.</param>
/// <param name="Failure">Why it is empty, when the engine could not write it.</param>
/// <param name="Served">What a remote endpoint says has answered; null, and not in files, for models in this process.</param>
public sealed record SummaryTurn(
    string Text,
    ulong Seed,
    int PromptTokens,
    int GeneratedTokens,
    GenerationFailure? Failure = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ServedModel? Served = null);
