using MultiagentFT.Cluster.Connection;
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
        var began = time.GetTimestamp();
        await StepAsync(() => streams.Runs.DeleteAsync(run, cancellationToken: cancellation)).ConfigureAwait(false);
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            await StepAsync(async () => _ = await streams.Work.PurgeAsync(new StreamPurgeRequest { Filter = connection.Names.WorkOf(run, kind) }, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
            await StepAsync(async () => _ = await connection.JetStream.DeleteConsumerAsync(connection.Names.WorkStream, ClusterNames.Consumer(run, kind), cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        await StepAsync(async () => _ = await streams.Results.PurgeAsync(new StreamPurgeRequest { Filter = connection.Names.ResultsOf(run) }, cancellation).ConfigureAwait(false))
            .ConfigureAwait(false);

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
                    if (!told) options.Log?.Invoke($"{connection.Address}: {ClusterConnection.Reason(error)}; trying again to remove what is left of run {run}");
                    await Task.Delay(TimeSpan.FromSeconds(0.5), time, cancellation).ConfigureAwait(false);
                }
            }
        }
    }
}
