namespace MultiagentFT.Training;

/// <summary>One adapter to train.</summary>
public sealed record TrainingJob
{
    /// <summary>The GGUF file that is served.</summary>
    public required string Model { get; init; }

    /// <summary>Chat JSONL.</summary>
    public required string Dataset { get; init; }

    /// <summary>Adapter to start from; null starts at zero.</summary>
    public string? StartAdapter { get; init; }

    /// <summary>Where the adapter (a llama.cpp LoRA GGUF) is written; its report goes beside it as <c>.json</c>.</summary>
    public required string Output { get; init; }

    public ulong Seed { get; init; }

    public TrainingOptions Options { get; init; } = new();
}
