namespace MultiagentFT.Cluster.Messages;

/// <summary>A message of the work stream.</summary>
/// <param name="Format">Version, <see cref="Connection.ClusterConnection.Format"/>.</param>
/// <param name="Content">What to do.</param>
internal sealed record WorkMessage(int Format, WorkContent Content) : IClusterMessage
{
    public IEnumerable<string> Validate() => Content.Validate();
}
