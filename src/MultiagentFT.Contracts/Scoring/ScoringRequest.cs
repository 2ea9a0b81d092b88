using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Scoring;

/// <summary>A given answer whose likelihood is asked for.</summary>
public sealed record ScoringRequest
{
    /// <summary>The most <see cref="Policies"/>.</summary>
    public const int MostPolicies = 256;

    /// <summary>The conversation before the answer; the model's chat template adds the assistant's opening.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>The text of the answer, one token or more. What ends the turn behind it is not scored.</summary>
    public required string Answer { get; init; }

    /// <summary>Whose probabilities are asked for, 1 to <see cref="MostPolicies"/>, each once; null is the base model.</summary>
    public required IReadOnlyList<AdapterVersion?> Policies { get; init; }
}
