using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Serving;

/// <summary>How one agent answers outside a debate, or every agent in one.</summary>
public sealed record AnswerOptions
{
    /// <summary>Default null: as in the society's debates.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>New tokens, at most. Range [1, 1 048 576]. Default null: as in the society's debates.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>The same seed gives the same answer. Default null: one that derives from the society's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Texts that end the answer, as in <see cref="GenerationRequest.Stop"/>; a debate has none. Default none.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>What the answer has to be; a debate has texts. Default: any text.</summary>
    public AnswerFormat Format { get; init; }

    /// <summary>Default null: none are computed; a debate has none.</summary>
    public LogProbabilityOptions? LogProbabilities { get; init; }
}
