using MultiagentFT.Inference.Engines;

namespace MultiagentFT.Bench.Debating;

/// <summary>What <see cref="DebateBench"/> measures.</summary>
public sealed record DebateBenchOptions
{
    /// <summary>Decoders to compare, interleaved. Default both.</summary>
    public IReadOnlyList<DecoderKind> Decoders { get; init; } = [DecoderKind.Llama, DecoderKind.Society];

    /// <summary>N. Range [1, 32]. Default 3.</summary>
    public int Agents { get; init; } = 3;

    /// <summary>M. Range [1, 16]. Default 2.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Debates of each decoder. Range [1, 10 000]. Default 30.</summary>
    public int Debates { get; init; } = 30;

    /// <summary>Rank of the adapters, on all linear layers. Range [1, 256]. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>CPU threads; 0 takes every core.</summary>
    public int Threads { get; init; }

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Decoders.Count == 0 || Decoders.Any(decoder => !Enum.IsDefined(decoder))) yield return "decoders: expected llama, society or both";
        if (Agents is < 1 or > 32) yield return $"agents: expected 1 to 32, found {Agents}";
        if (Rounds is < 1 or > 16) yield return $"rounds: expected 1 to 16, found {Rounds}";
        if (Debates is < 1 or > 10_000) yield return $"debates: expected 1 to 10000, found {Debates}";
        if (Rank is < 1 or > 256) yield return $"rank: expected 1 to 256, found {Rank}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }
}
