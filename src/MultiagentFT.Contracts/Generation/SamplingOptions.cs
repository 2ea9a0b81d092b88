namespace MultiagentFT.Contracts.Generation;

/// <summary>How the next token is drawn from the logits. Filters apply in this order: temperature, top-k, top-p, min-p.</summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits; 0 takes the most likely token. Range [0, 100]. Default 1.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Keeps the k most likely tokens; 0 keeps all. Range [0, vocabulary]. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the smallest set of most likely tokens whose probability reaches this. Range (0, 1]. Default 0.9.</summary>
    public float TopP { get; init; } = 0.9f;

    /// <summary>Drops tokens less likely than this times the most likely one. Range [0, 1). Default 0.</summary>
    public float MinP { get; init; }

    /// <summary>Most likely token, always.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0f };

    /// <summary>All that is out of range, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (!(Temperature is >= 0 and <= 100)) yield return $"temperature: expected 0 to 100, found {Temperature}";
        if (TopK < 0) yield return $"topK: expected 0 or more, found {TopK}";
        if (!(TopP is > 0 and <= 1)) yield return $"topP: expected above 0 and at most 1, found {TopP}";
        if (!(MinP is >= 0 and < 1)) yield return $"minP: expected 0 or more and below 1, found {MinP}";
    }
}
