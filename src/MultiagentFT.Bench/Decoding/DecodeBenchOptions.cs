namespace MultiagentFT.Bench.Decoding;

/// <summary>What <see cref="DecodeBench"/> measures.</summary>
public sealed record DecodeBenchOptions
{
    /// <summary>Numbers of adapters; 0 measures the society decoder without any. Range [0, 64]. Default 0, 1, 3, 8.</summary>
    public IReadOnlyList<int> Adapters { get; init; } = [0, 1, 3, 8];

    /// <summary>Numbers of rows in a step. Range [1, 256]. Default 1, 3, 8, 64.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [1, 3, 8, 64];

    /// <summary>Rank of the adapters, on all linear layers. Range [1, 256]. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Tokens that every sequence holds before the step. Range [0, 16 384]. Default 64.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Steps of each arrangement, of which the median is taken. Range [1, 10 000]. Default 15.</summary>
    public int Repeats { get; init; } = 15;

    /// <summary>CPU threads; 0 takes every core.</summary>
    public int Threads { get; init; }

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Adapters.Count == 0 || Adapters.Any(count => count is < 0 or > 64)) yield return $"adapters: expected numbers from 0 to 64, found {string.Join(",", Adapters)}";
        if (Rows.Count == 0 || Rows.Any(count => count is < 1 or > 256)) yield return $"rows: expected numbers from 1 to 256, found {string.Join(",", Rows)}";
        if (Rank is < 1 or > 256) yield return $"rank: expected 1 to 256, found {Rank}";
        if (Depth is < 0 or > 16_384) yield return $"depth: expected 0 to 16384, found {Depth}";
        if (Repeats is < 1 or > 10_000) yield return $"repeats: expected 1 to 10000, found {Repeats}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }
}
