namespace MultiagentFT.Contracts.Generation;

/// <summary>One answer to be written. It carries its adapter; how adapters are applied is the engine's business.</summary>
public sealed record GenerationRequest
{
    public const int MostStops = 16;

    public const int LongestStop = 1024;

    /// <summary>The conversation so far; the model's chat template adds the assistant's opening.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Which weights answer; null is the base model.</summary>
    public AdapterVersion? Adapter { get; init; }

    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Seeds this request's own generator.</summary>
    public ulong Seed { get; init; }

    /// <summary>At most this many new tokens, 1 or more. Default 512.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>
    /// Texts that end the answer, which holds neither them nor what follows. At most <see cref="MostStops"/>, each of 1 to
    /// <see cref="LongestStop"/> characters. Default none.
    /// </summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Default: any text.</summary>
    public AnswerFormat Format { get; init; }

    /// <summary>Default null: none are computed.</summary>
    public LogProbabilityOptions? LogProbabilities { get; init; }
}
