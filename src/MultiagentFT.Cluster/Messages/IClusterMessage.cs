namespace MultiagentFT.Cluster.Messages;

/// <summary>What is sent between machines.</summary>
internal interface IClusterMessage
{
    /// <summary>Version, <see cref="Connection.ClusterConnection.Format"/>.</summary>
    int Format { get; }

    /// <summary>All that is out of range, one sentence each.</summary>
    IEnumerable<string> Validate();
}
