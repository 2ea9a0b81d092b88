using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Datasets;

/// <summary>How datasets are built from transcripts.</summary>
public sealed record DatasetOptions
{
    /// <summary>
    /// w: share of a critic's examples in which its first answer differs from the vote (paper, section 3.2).
    /// Range [0, 1]; null takes all examples there are. Default 0.5.
    /// </summary>
    public double? CriticNegativeShare { get; init; } = 0.5;

    /// <summary>
    /// Agents that have to stand behind a vote for its debate to teach, or all where there are fewer. Range [1, 64]; 1 is the
    /// paper's way, in which a vote that was picked among different answers teaches too. Default 2.
    /// </summary>
    public int MinimumVotes { get; init; } = 2;

    /// <summary>
    /// Whether only debates teach whose first answers differ. Where all agree an agent learns what it does anyway; where they differ, which of its ways
    /// of working agree with the vote. Default false.
    /// </summary>
    public bool Contested { get; init; }

    /// <summary>What generators learn. Default first.</summary>
    public GeneratorTarget GeneratorTarget { get; init; }

    /// <summary>The debates that may teach, before their support is looked at.</summary>
    public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => Contested ? [.. debates.Where(debate => debate.IsContested)] : debates;

    /// <summary>
    /// Those of them that may teach generators and critics. Where these learn changes of mind alone, somebody has to have answered otherwise than the
    /// debate ended.
    /// </summary>
    public IReadOnlyList<Transcript> TeachingSociety(IReadOnlyList<Transcript> debates) =>
        this is { GeneratorTarget: GeneratorTarget.Changed, CriticNegativeShare: 1 }
            ? [.. Teaching(debates).Where(debate => debate.IsContested || debate.Votes[0].Answer != debate.Vote)]
            : Teaching(debates);

    /// <summary>The same share of the answers where another number of them votes, rounded up.</summary>
    /// <param name="agents">Answers that <see cref="MinimumVotes"/> is meant for.</param>
    /// <param name="answers">Answers that vote.</param>
    public int VotesOf(int agents, int answers) => ((Math.Min(MinimumVotes, agents) * answers) + agents - 1) / agents;

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (CriticNegativeShare is { } share && !(share is >= 0 and <= 1))
            yield return $"datasets.criticNegativeShare: expected 0 to 1 or null, found {share}";
        if (MinimumVotes is < 1 or > 64) yield return $"datasets.minimumVotes: expected 1 to 64, found {MinimumVotes}";
    }
}
