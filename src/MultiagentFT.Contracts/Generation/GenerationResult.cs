using System.Text.Json.Serialization;

namespace MultiagentFT.Contracts.Generation;

/// <summary>A finished answer.</summary>
/// <param name="Text">The decoded new tokens, without end-of-turn markup. Empty when the request failed.</param>
/// <param name="Tokens">
/// The new tokens, the end-of-turn token or those of a stop text included when there was one. Empty where a remote endpoint only counts them.
/// </param>
/// <param name="Finish">Why it ended.</param>
/// <param name="PromptTokens">Tokens of the rendered conversation.</param>
/// <param name="CachedTokens">How many of those were reused from the KV cache.</param>
/// <param name="Failure">What went wrong, when <paramref name="Finish"/> is <see cref="FinishReason.Failed"/>; null otherwise.</param>
public sealed record GenerationResult(
    string Text,
    IReadOnlyList<int> Tokens,
    FinishReason Finish,
    int PromptTokens,
    int CachedTokens,
    GenerationFailure? Failure = null)
{
    public int GeneratedTokens { get; init; } = Tokens.Count;

    /// <summary>What a remote endpoint says has answered; null for a model in this process.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServedModel? Served { get; init; }

    /// <summary>Those of the tokens that <see cref="Text"/> is made of, where the request asked for them; null otherwise.</summary>
    public IReadOnlyList<DrawnToken>? LogProbabilities { get; init; }
}
