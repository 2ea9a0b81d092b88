namespace MultiagentFT.Bench.Loading;

/// <summary>How <see cref="LoadBench"/> measures.</summary>
public sealed record LoadBenchOptions
{
    /// <summary>Clients that each have one request under way at all times. Range [1, 256]. Default 32.</summary>
    public int Clients { get; init; } = 32;

    /// <summary>Adapters, which requests take in turn. Range [1, 64]. Default 7.</summary>
    public int Adapters { get; init; } = 7;

    /// <summary>Rank of the adapters. Range [1, 256]. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Requests of each client in a round. Range [1, 10 000]. Default 4.</summary>
    public int Requests { get; init; } = 4;

    /// <summary>Rounds of each way, beside one that warms up. Range [1, 1000]. Default 5.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Words of every prompt, no two of which are equal. Range [1, 10 000]. Default 40.</summary>
    public int PromptWords { get; init; } = 40;

    /// <summary>Tokens of every answer: none ends one. Range [1, 4096]. Default 64.</summary>
    public int AnswerTokens { get; init; } = 64;

    /// <summary>CPU threads; 0 takes every core.</summary>
    public int Threads { get; init; }

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Clients is < 1 or > 256) yield return $"clients: expected 1 to 256, found {Clients}";
        if (Adapters is < 1 or > 64) yield return $"adapters: expected 1 to 64, found {Adapters}";
        if (Rank is < 1 or > 256) yield return $"rank: expected 1 to 256, found {Rank}";
        if (Requests is < 1 or > 10_000) yield return $"requests: expected 1 to 10000, found {Requests}";
        if (Rounds is < 1 or > 1000) yield return $"rounds: expected 1 to 1000, found {Rounds}";
        if (PromptWords is < 1 or > 10_000) yield return $"prompt-words: expected 1 to 10000, found {PromptWords}";
        if (AnswerTokens is < 1 or > 4096) yield return $"answer-tokens: expected 1 to 4096, found {AnswerTokens}";
        if (Threads is < 0 or > 1024) yield return $"threads: expected 0 to 1024, found {Threads}";
    }
}
