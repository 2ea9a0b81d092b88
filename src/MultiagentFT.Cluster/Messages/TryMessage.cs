namespace MultiagentFT.Cluster.Messages;

/// <summary>A try that failed.</summary>
/// <param name="Format">Version, <see cref="Connection.ClusterConnection.Format"/>.</param>
/// <param name="Work">Its id.</param>
/// <param name="Origin">Who tried.</param>
/// <param name="Delivery">How often it had been given out, this time included.</param>
/// <param name="Reason">What went wrong.</param>
internal sealed record TryMessage(int Format, string Work, Origin Origin, int Delivery, string Reason) : IClusterMessage
{
    public IEnumerable<string> Validate() => [];

    public override string ToString() => $"{Origin.Worker}: {Reason}";
}
