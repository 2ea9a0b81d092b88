using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Removes a run that has ended from the server: its entry first, so that workers take and send nothing more; its results last.</summary>
internal sealed class RunRemoval(ClusterConnection connection, ClusterStreams streams, ClusterRunOptions options, TimeProvider time)
{
    private const int NotFound = 404;

    /// <exception cref="NatsException">The server refuses, or has not answered for <see cref="ClusterRunOptions.Farewell"/>.</exception>
    public async Task RunAsync(string run, CancellationToken cancellation)
    {
        var (began, isTroubled) = (time.GetTimestamp(), false);
        await StepAsync(() => streams.Runs.DeleteAsync(run, cancellationToken: cancellation)).ConfigureAwait(false);
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            await StepAsync(async () => _ = await streams.Work.PurgeAsync(new StreamPurgeRequest { Filter = connection.Names.WorkOf(run, kind) }, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
            await StepAsync(async () => _ = await connection.JetStream.DeleteConsumerAsync(connection.Names.WorkStream, ClusterNames.Consumer(run, kind), cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        await PurgeResultsAsync().ConfigureAwait(false);
        if (!isTroubled) return;
        // Where servers did not answer this run, they may not have answered workers either, which then send what they have once more.
        while (time.GetElapsedTime(began) < options.Farewell && await IsWorkedForAsync(run, cancellation).ConfigureAwait(false))
            await Task.Delay(TimeSpan.FromSeconds(0.5), time, cancellation).ConfigureAwait(false);
        await PurgeResultsAsync().ConfigureAwait(false);

        Task PurgeResultsAsync() =>
            StepAsync(async () => _ = await streams.Results.PurgeAsync(new StreamPurgeRequest { Filter = connection.Names.ResultsOf(run) }, cancellation).ConfigureAwait(false));

        // Servers that elect a leader are back in seconds; a step that was done, though nobody said so, is done again.
        async Task StepAsync(Func<ValueTask> step)
        {
            for (var told = false; ; told = true)
            {
                try
                {
                    await step().ConfigureAwait(false);
                    return;
                }
                catch (NatsJSApiException error) when (error.Error.Code == NotFound)
                {
                    return;
                }
                catch (NatsKVKeyNotFoundException)
                {
                    return;
                }
                catch (NatsException error) when (ClusterConnection.IsPassing(error) && time.GetElapsedTime(began) < options.Farewell)
                {
                    isTroubled = true;
                    if (!told) options.Log?.Invoke($"{connection.Address}: {ClusterConnection.Reason(error)}; trying again to remove what is left of run {run}");
                    await Task.Delay(TimeSpan.FromSeconds(0.5), time, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Whether a worker says that it holds work of the run.</summary>
    private async Task<bool> IsWorkedForAsync(string run, CancellationToken cancellation)
    {
        try
        {
            return (await Entries.ReadAsync<WorkerEntry>(streams.Workers, null, cancellation).ConfigureAwait(false)).Any(worker => worker.Leases.Any(lease => lease.Run == run));
        }
        catch (NatsException)
        {
            return true;
        }
    }
}
