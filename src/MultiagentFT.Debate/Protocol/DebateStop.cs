namespace MultiagentFT.Debate.Protocol;

/// <summary>When a debate ends before its last round.</summary>
public enum DebateStop
{
    /// <summary>Never: the paper's way.</summary>
    Never,

    /// <summary>After a round in which all agents, two or more, give the same answer.</summary>
    Agreed,

    /// <summary>After such a round, or one in which no agent has changed its answer.</summary>
    Settled,
}
