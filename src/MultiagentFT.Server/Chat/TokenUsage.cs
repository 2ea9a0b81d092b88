using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Server.Chat;

/// <summary>What answers took, in tokens.</summary>
/// <param name="Prompt">Of the prompt, once however many answers it has.</param>
/// <param name="Cached">Those of them that were reused from the KV cache.</param>
/// <param name="Generated">Of all answers.</param>
internal readonly record struct TokenUsage(long Prompt, long Cached, long Generated)
{
    /// <summary>Of several answers to one prompt. Its first one computes what the others copy, so the least that was reused counts.</summary>
    public static TokenUsage Of(IReadOnlyList<GenerationResult> choices) =>
        new(choices[0].PromptTokens, choices.Min(choice => choice.CachedTokens), choices.Sum(choice => (long)choice.GeneratedTokens));

    public static TokenUsage operator +(TokenUsage left, TokenUsage right) =>
        new(left.Prompt + right.Prompt, left.Cached + right.Cached, left.Generated + right.Generated);
}
