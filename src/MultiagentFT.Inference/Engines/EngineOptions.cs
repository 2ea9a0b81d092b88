using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Engines;

/// <summary>What decodes for a <see cref="PooledEngine"/>, and its sizes.</summary>
public sealed record EngineOptions
{
    /// <summary>What decodes. Default <see cref="DecoderKind.Llama"/>.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Llama;

    /// <summary>Sequences decoded side by side in each lane. Range [1, 256]. Default 32.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>Tokens of prompt and answer together. Range [32, 1 048 576]. Default 1024.</summary>
    public int SlotContext { get; init; } = 1024;

    /// <summary>Most rows in one decode call. Range [Slots, 65 536]. Default 512.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Threads of the CPU backend in each lane; 0 shares all cores among the lanes. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Contexts that decode at the same time, each on its own thread. Range [1, 64]. Default 1.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>All that is out of range, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Enum.IsDefined(Decoder)) yield return $"decoder: expected llama or society, found {(int)Decoder}";
        foreach (var problem in ToContextOptions().Validate()) yield return problem;
        if (Lanes is < 1 or > 64) yield return $"lanes: expected 1 to 64, found {Lanes}";
    }

    /// <summary>What one lane asks of the runtime.</summary>
    public ContextOptions ToContextOptions() => new()
    {
        Slots = Slots,
        SlotContext = SlotContext,
        BatchTokens = BatchTokens,
        Threads = Threads == 0 && Lanes > 1 ? Math.Max(1, Environment.ProcessorCount / Lanes) : Threads,
    };
}
