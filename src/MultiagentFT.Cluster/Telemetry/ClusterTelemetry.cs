using System.Diagnostics;

namespace MultiagentFT.Cluster.Telemetry;

/// <summary>Names of the metrics and traces of coordinators and workers, for any listener of .NET's own instruments; <c>mft</c> exports them by OpenTelemetry.</summary>
public static class ClusterTelemetry
{
    public const string MeterName = "MultiagentFT.Cluster";

    public const string SourceName = "MultiagentFT.Cluster";

    internal static readonly ActivitySource Source = new(SourceName);

    /// <summary>A piece of work as tags name it.</summary>
    internal static string Word(WorkKind kind) => kind == WorkKind.Debate ? "debate" : "training";
}
