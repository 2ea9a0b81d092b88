using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Bench.Debating;

/// <summary>How long debates took, one at a time.</summary>
/// <param name="Model">Name in the model's file.</param>
/// <param name="Decoder">What decoded.</param>
/// <param name="Agents">N; there are as many generators as critics.</param>
/// <param name="Rounds">M.</param>
/// <param name="AnswerTokens">Tokens of every answer and summary; null where they end by themselves.</param>
/// <param name="Debates">How many were held.</param>
/// <param name="P50Milliseconds">Median time of a whole debate.</param>
/// <param name="P95Milliseconds">95th percentile (nearest rank).</param>
/// <param name="FirstTokenMilliseconds">Median time to the first token of a debate.</param>
/// <param name="PromptTokens">Prompt tokens computed in all debates.</param>
/// <param name="CachedTokens">Prompt tokens whose keys and values were kept from an earlier turn or another answer.</param>
/// <param name="GeneratedTokens">Tokens generated in all debates.</param>
/// <param name="TokensPerSecond">These by the time of all debates.</param>
public sealed record DebateLatency(
    string Model,
    DecoderKind Decoder,
    int Agents,
    int Rounds,
    int? AnswerTokens,
    int Debates,
    double P50Milliseconds,
    double P95Milliseconds,
    double FirstTokenMilliseconds,
    long PromptTokens,
    long CachedTokens,
    long GeneratedTokens,
    double TokensPerSecond);
