namespace MultiagentFT.Debate.Datasets;

/// <summary>How datasets are built from transcripts.</summary>
public sealed record DatasetOptions
{
    /// <summary>
    /// w: share of a critic's examples in which its first answer differs from the vote (paper, section 3.2).
    /// Range [0, 1]; null takes all examples there are. Default 0.5.
    /// </summary>
    public double? CriticNegativeShare { get; init; } = 0.5;

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (CriticNegativeShare is { } share && !(share is >= 0 and <= 1))
            yield return $"datasets.criticNegativeShare: expected 0 to 1 or null, found {share}";
    }
}
