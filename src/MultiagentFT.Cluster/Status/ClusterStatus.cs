using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Foundation;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace MultiagentFT.Cluster.Status;

/// <summary>What a cluster is doing.</summary>
/// <param name="Servers">Where it was asked.</param>
/// <param name="Workers">By name.</param>
/// <param name="Runs">Those that are announced, by priority.</param>
/// <param name="Work">Messages of work, waiting or given out.</param>
/// <param name="Results">Messages of results and failed tries that their runs have not taken yet.</param>
/// <param name="StoredBytes">Of both streams.</param>
public sealed record ClusterStatus(
    string Servers, IReadOnlyList<WorkerStatus> Workers, IReadOnlyList<RunStatus> Runs, long Work, long Results, long StoredBytes)
{
    /// <param name="connection">To the servers.</param>
    /// <param name="log">Told of entries that are left out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InputException">No run has been there, or this program may not look.</exception>
    public static async Task<ClusterStatus> ReadAsync(ClusterConnection connection, Action<string>? log, CancellationToken cancellation)
    {
        var streams = await connection.TryOpenStreamsAsync(cancellation).ConfigureAwait(false)
            ?? throw new InputException("--nats", null, $"streams of mft at {connection.Address}, which a run with --nats creates", "none");
        try
        {
            var workers = await Entries.ReadAsync<WorkerEntry>(streams.Workers, log, cancellation).ConfigureAwait(false);
            var runs = await Entries.ReadAsync<RunEntry>(streams.Runs, log, cancellation).ConfigureAwait(false);
            var states = new List<RunStatus>();
            foreach (var run in runs.OrderByDescending(run => run.Priority).ThenBy(run => run.Title, StringComparer.Ordinal))
                states.Add(await StatusAsync(connection, run, workers, cancellation).ConfigureAwait(false));
            var (work, results) = (streams.Work.Info.State, streams.Results.Info.State);
            return new ClusterStatus(
                connection.Address.ToString(), [.. workers.Select(WorkerStatus.Of)], states, work.Messages, results.Messages, work.Bytes + results.Bytes);
        }
        catch (NatsException error)
        {
            throw new InputException("--nats", null, $"a cluster at {connection.Address} that this program may look at", ClusterConnection.Reason(error), error);
        }
    }

    private static async Task<RunStatus> StatusAsync(
        ClusterConnection connection, RunEntry run, IReadOnlyList<WorkerEntry> workers, CancellationToken cancellation)
    {
        var queues = new List<QueueStatus>();
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            try
            {
                var consumer = await connection.JetStream.GetConsumerAsync(connection.Names.WorkStream, ClusterNames.Consumer(run.Id, kind), cancellation).ConfigureAwait(false);
                queues.Add(new QueueStatus(kind, (long)consumer.Info.NumPending, consumer.Info.NumAckPending, consumer.Info.NumRedelivered));
            }
            catch (NatsJSApiException)
            {
                // The run has just ended.
            }
        }
        return new RunStatus(
            run.Id, run.Title, run.ModelName, run.Priority, run.InstructionSet, queues,
            workers.Count(worker => run.Refusal(worker.Models, worker.Origin) is null));
    }
}
