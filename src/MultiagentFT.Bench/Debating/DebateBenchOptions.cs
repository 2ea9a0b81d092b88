using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Bench.Debating;

/// <summary>How <see cref="DebateBench"/> measures.</summary>
public sealed record DebateBenchOptions
{
    /// <summary>Decoders to compare, interleaved. Default both.</summary>
    public IReadOnlyList<DecoderKind> Decoders { get; init; } = [DecoderKind.Llama, DecoderKind.Mixed];

    /// <summary>Debates of each decoder. Range [1, 10 000]. Default 30.</summary>
    public int Debates { get; init; } = 30;

    /// <summary>CPU threads; 0 takes every core.</summary>
    public int Threads { get; init; }

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Decoders.Count == 0 || Decoders.Any(decoder => !Enum.IsDefined(decoder))) yield return "decoders: expected llama, mixed or both";
        if (Debates is < 1 or > 10_000) yield return $"debates: expected 1 to 10000, found {Debates}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }
}
