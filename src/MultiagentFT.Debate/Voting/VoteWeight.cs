namespace MultiagentFT.Debate.Voting;

/// <summary>What an answer counts in a vote.</summary>
public enum VoteWeight
{
    /// <summary>As much as every other: the paper's way.</summary>
    Equal,

    /// <summary>The exponential of the mean log-probability of its tokens (self-consistency's normalized weighted sum, arXiv 2203.11171), by its own agent's distribution.</summary>
    LogProbability,
}
