namespace MultiagentFT.Debate.Tasks.Similarity;

/// <summary>How problems from files are searched for training problems that are nearly the same as evaluation problems (<see cref="NearDuplicates"/>).</summary>
public sealed record NearDuplicateOptions
{
    /// <summary>Default warn.</summary>
    public NearDuplicateAction Action { get; init; }

    /// <summary>The similarity from which on two problems are nearly the same. Range (0, 1]. Default 0.7.</summary>
    public double Similarity { get; init; } = NearDuplicates.DefaultSimilarity;

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Enum.IsDefined(Action)) yield return $"nearDuplicates.action: expected warn, drop or refuse, found {(int)Action}";
        if (!(Similarity is > 0 and <= 1)) yield return $"nearDuplicates.similarity: expected above 0, at most 1, found {Similarity}";
    }
}
