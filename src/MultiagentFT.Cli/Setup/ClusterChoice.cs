using MultiagentFT.Cluster.Connection;

namespace MultiagentFT.Cli.Setup;

/// <summary>That work is spread, and how.</summary>
/// <param name="Address">Of the servers.</param>
/// <param name="Priority">Of the run's work.</param>
/// <param name="SameKernels">Whether one instruction set does all of it.</param>
/// <param name="LeaseSeconds">After which a silent worker's work goes to another.</param>
/// <param name="Tries">After which work is set aside.</param>
internal sealed record ClusterChoice(ClusterAddress Address, int Priority, bool SameKernels, double LeaseSeconds, int Tries)
{
    /// <summary>Names work that has no file by which another command could find it again; no two are equal.</summary>
    public Func<Guid> NextId { get; init; } = Guid.NewGuid;
}
