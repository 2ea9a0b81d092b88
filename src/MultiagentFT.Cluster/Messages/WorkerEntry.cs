namespace MultiagentFT.Cluster.Messages;

/// <summary>A worker that is there: an entry of the bucket of workers, which goes by itself once it is not renewed.</summary>
/// <param name="Format">Version, <see cref="Connection.ClusterConnection.Format"/>.</param>
/// <param name="Origin">Who.</param>
/// <param name="State">Such as <c>idle</c>, <c>working</c> or <c>draining</c>.</param>
/// <param name="Models">SHA-256 of the base models that it has, and their names.</param>
/// <param name="Cores">Logical cores.</param>
/// <param name="MemoryBytes">Memory that it may use.</param>
/// <param name="Leases">What it is doing.</param>
/// <param name="Debates">Chunks answered since it began.</param>
/// <param name="Trainings">Adapters trained since it began.</param>
/// <param name="Failures">Tries that failed since it began.</param>
/// <param name="Tokens">Tokens generated since it began.</param>
/// <param name="BusySeconds">Seconds of work since it began.</param>
/// <param name="Seconds">Seconds since it began.</param>
internal sealed record WorkerEntry(
    int Format,
    Origin Origin,
    string State,
    IReadOnlyDictionary<string, string> Models,
    int Cores,
    long MemoryBytes,
    IReadOnlyList<LeaseEntry> Leases,
    long Debates,
    long Trainings,
    long Failures,
    long Tokens,
    double BusySeconds,
    double Seconds) : IClusterMessage
{
    public IEnumerable<string> Validate() => Leases.SelectMany(lease => lease.Validate());
}
