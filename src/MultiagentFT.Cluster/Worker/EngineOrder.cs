using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cluster.Worker;

/// <summary>An engine that a worker needs.</summary>
/// <param name="Config">Its model here, its options, and the sampling and system turn of the requests to come.</param>
/// <param name="Adapters">Files of the adapters of the chunk that asks for it.</param>
public sealed record EngineOrder(DebateConfig Config, IReadOnlyList<string> Adapters);
