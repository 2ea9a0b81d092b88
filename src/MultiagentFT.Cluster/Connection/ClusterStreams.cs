using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;

namespace MultiagentFT.Cluster.Connection;

/// <summary>The streams and buckets of one prefix.</summary>
public sealed class ClusterStreams
{
    internal ClusterStreams(INatsJSStream work, INatsJSStream results, INatsKVStore runs, INatsKVStore workers, ContentStore contents) =>
        (Work, Results, Runs, Workers, Contents) = (work, results, runs, workers, contents);

    internal INatsJSStream Work { get; }

    internal INatsJSStream Results { get; }

    internal INatsKVStore Runs { get; }

    internal INatsKVStore Workers { get; }

    internal ContentStore Contents { get; }
}
