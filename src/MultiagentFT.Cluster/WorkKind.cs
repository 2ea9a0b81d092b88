namespace MultiagentFT.Cluster;

/// <summary>What a worker is asked to do.</summary>
public enum WorkKind
{
    /// <summary>Answer a chunk of problems.</summary>
    Debate,

    /// <summary>Train an adapter.</summary>
    Training,
}
