using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Voting;

namespace MultiagentFT.Debate.Protocol;

/// <summary>The shape of a debate (paper, section 3).</summary>
public sealed record DebateOptions
{
    /// <summary>N: agents that answer, and as many critics. Range [1, 64]. Default 3.</summary>
    public int Agents { get; init; } = 3;

    /// <summary>M: the first round answers, each later one revises. Range [1, 16]. Default 2.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>When a debate ends before its last round. Default never.</summary>
    public DebateStop Stop { get; init; }

    /// <summary>What an answer counts in a vote. Default equal.</summary>
    public VoteWeight VoteWeight { get; init; }

    /// <summary>Whether the base model summarizes the other agents' answers; without it critics read up to five of them, shuffled. Default true.</summary>
    public bool Summarize { get; init; } = true;

    /// <summary>Sampling of answers and revisions. Default temperature 1, top-p 0.9.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>New tokens of one answer, at most. Range [1, 1 048 576]. Default 128.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Agents is < 1 or > 64) yield return $"debate.agents: expected 1 to 64, found {Agents}";
        if (Rounds is < 1 or > 16) yield return $"debate.rounds: expected 1 to 16, found {Rounds}";
        if (!Enum.IsDefined(VoteWeight)) yield return $"debate.voteWeight: expected equal or log-probability, found {VoteWeight:D}";
        if (MaxNewTokens is < 1 or > 1 << 20) yield return $"debate.maxNewTokens: expected 1 to 1048576, found {MaxNewTokens}";
        foreach (var error in Sampling.Validate()) yield return "debate.sampling." + error;
    }
}
