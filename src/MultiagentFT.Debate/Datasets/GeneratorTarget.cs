namespace MultiagentFT.Debate.Datasets;

/// <summary>Which of its answers a generator learns to give to the first prompt, where it agrees with the vote.</summary>
public enum GeneratorTarget
{
    /// <summary>Its first: the paper's D(G).</summary>
    First,

    /// <summary>
    /// That with which it left the debate: what it came to by reading the others it learns to see by itself. Each agent still learns its own words alone.
    /// </summary>
    Last,

    /// <summary>The same, but only where its first answer was another: what the debate has changed its mind to.</summary>
    Changed,
}
