namespace MultiagentFT.Bench.Decoding;

/// <summary>What <see cref="DecodeBench"/> measures.</summary>
public sealed record DecodeBenchOptions
{
    /// <summary>Most rows of a decode call, as the engine has it by default.</summary>
    public const int BatchTokens = 512;

    /// <summary>Numbers of adapters; 0 measures the mixed-adapter decoder without any. Range [0, 64]. Default 0, 1, 3, 8.</summary>
    public IReadOnlyList<int> Adapters { get; init; } = [0, 1, 3, 8];

    /// <summary>Numbers of sequences in a step. Range [1, 256]. Default 1, 3, 8, 64.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [1, 3, 8, 64];

    /// <summary>Rank of the adapters, on all linear layers. Range [1, 256]. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Tokens that every sequence holds before the step. Range [0, 16 384]. Default 64.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>
    /// Tokens of a prompt that the step computes for every sequence, in decode calls of at most <see cref="BatchTokens"/> rows;
    /// 0 decodes one token of each. Range [0, 16 384]. Default 0.
    /// </summary>
    public int Prompt { get; init; }

    /// <summary>
    /// Steps of each arrangement, of which the median is taken; row by row, many rows are measured less often. Range [1, 10 000].
    /// Default 15.
    /// </summary>
    public int Repeats { get; init; } = 15;

    /// <summary>CPU threads; 0 takes every core.</summary>
    public int Threads { get; init; }

    /// <summary>Tokens of one sequence that a step computes.</summary>
    internal int TokensPerSequence => Math.Max(1, Prompt);

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Adapters.Count == 0 || Adapters.Any(count => count is < 0 or > 64)) yield return $"adapters: expected numbers from 0 to 64, found {string.Join(",", Adapters)}";
        if (Rows.Count == 0 || Rows.Any(count => count is < 1 or > 256)) yield return $"rows: expected numbers from 1 to 256, found {string.Join(",", Rows)}";
        if (Adapters.Count > 0 && Rows.Count > 0 && Adapters.Min() > Rows.Max())
            yield return $"adapters: expected a number up to the largest number of rows ({Rows.Max()}), found {string.Join(",", Adapters)}";
        if (Rank is < 1 or > 256) yield return $"rank: expected 1 to 256, found {Rank}";
        if (Depth is < 0 or > 16_384) yield return $"depth: expected 0 to 16384, found {Depth}";
        if (Prompt is < 0 or > 16_384) yield return $"prompt: expected 0 to 16384, found {Prompt}";
        if (Repeats is < 1 or > 10_000) yield return $"repeats: expected 1 to 10000, found {Repeats}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }

    /// <summary>
    /// How often an arrangement is measured. Row by row, the step of many rows takes as many times as long as that of all together,
    /// and varies the less for it: beyond eight rows it has a share of the repeats, at least three.
    /// </summary>
    internal int RepeatsOf(Arrangement arrangement, int rows) =>
        arrangement == Arrangement.Sequential && rows > 8 ? Math.Min(Repeats, Math.Max(3, Repeats * 8 / rows)) : Repeats;
}
