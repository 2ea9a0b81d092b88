using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Status;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Runs.Tests.Fakes;
using NATS.Client.JetStream.Models;

namespace MultiagentFT.Cluster.Tests;

/// <summary>What is wrong with a machine is said, and the rest goes on.</summary>
public sealed class BadConditionTests : IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly ConcurrentQueue<string> _log = [];

    [Fact]
    public async Task A_server_without_room_is_told_and_a_run_goes_on_when_there_is_some()
    {
        using var server = new NatsServer(Account(600));
        var config = ToyRun.Small(_files) with { Iterations = 1 };
        await ToyRun.RunAsync(_files.At("alone"), config);
        await using var worker = await ToyWorker.StartAsync(server.Url, "worker", _files, ClusterToyRun.ModelOf(config));
        // Runs are announced, and no work has room.
        var running = ClusterToyRun.RunAsync(server.Url, _files.At("spread"), config, _log);
        while (!running.IsCompleted && !_log.Any(line => line.EndsWith("; trying again", StringComparison.Ordinal))) await Task.Delay(50);
        Assert.False(running.IsCompleted);
        Assert.Contains(_log, line => line.Contains("resource", StringComparison.OrdinalIgnoreCase) || line.Contains("maximum", StringComparison.OrdinalIgnoreCase));

        server.Configure(Account(100_000_000));
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task Clocks_that_are_off_decide_nothing()
    {
        using var server = new NatsServer();
        var config = ToyRun.Small(_files) with { Iterations = 1 };
        await ToyRun.RunAsync(_files.At("alone"), config);
        var gate = new TaskCompletionSource();
        await using var early = await ToyWorker.StartAsync(
            server.Url, "early", _files, ClusterToyRun.ModelOf(config), () => new HeldEngine((_, _) => gate.Task), time: new ShiftedClock(TimeSpan.FromDays(-3650)));
        await using var late = await ToyWorker.StartAsync(
            server.Url, "late", _files, ClusterToyRun.ModelOf(config), () => new HeldEngine((_, _) => gate.Task), time: new ShiftedClock(TimeSpan.FromDays(3650)));

        var running = ClusterToyRun.RunAsync(server.Url, _files.At("spread"), config, _log, time: new ShiftedClock(TimeSpan.FromDays(400)));
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.Url), "test", CancellationToken.None);
        IReadOnlyList<WorkerStatus> workers = [];
        while (workers.Sum(worker => worker.Leases.Count) < 2)
        {
            await Task.Delay(50);
            if (await connection.TryOpenStreamsAsync(CancellationToken.None) is not null)
                workers = (await ClusterStatus.ReadAsync(connection, null, CancellationToken.None)).Workers;
        }
        gate.SetResult();
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        // Both are there, and what they hold is measured by differences of one clock.
        Assert.Equal(["early", "late"], workers.Select(worker => worker.Name));
        Assert.All(workers.SelectMany(worker => worker.Leases), lease => Assert.InRange(lease.Seconds, 0, 3600));
    }

    [Fact]
    public async Task Work_that_a_server_gives_out_by_the_wrong_queue_is_dropped_and_asked_for_again()
    {
        using var server = new NatsServer();
        var config = ToyRun.Small(_files) with { Iterations = 1 };
        await ToyRun.RunAsync(_files.At("alone"), config);
        var running = ClusterToyRun.RunAsync(server.Url, _files.At("spread"), config, _log, change: options => options with { Poll = TimeSpan.FromMilliseconds(300) });
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(server.Url), "test", CancellationToken.None);
        var streams = await connection.CreateStreamsAsync(CancellationToken.None);
        do
        {
            await Task.Delay(50);
            await streams.Work.RefreshAsync();
        }
        while (streams.Work.Info.State.Messages < 2);
        var run = Assert.Single(await Entries.ReadAsync<RunEntry>(streams.Runs, null, CancellationToken.None)).Id;
        var (debates, trainings) = (ClusterNames.Consumer(run, WorkKind.Debate), ClusterNames.Consumer(run, WorkKind.Training));
        await Task.WhenAll(streams.Work.DeleteConsumerAsync(debates).AsTask(), streams.Work.DeleteConsumerAsync(trainings).AsTask());
        await streams.Work.CreateOrUpdateConsumerAsync(Consumer(trainings, connection.Names.WorkOf(run, WorkKind.Debate)));
        await using var worker = await ToyWorker.StartAsync(server.Url, "worker", _files, ClusterToyRun.ModelOf(config));
        while (!worker.Log.Any(line => line.Contains("which is not its own; dropped", StringComparison.Ordinal))) await Task.Delay(50);

        await streams.Work.DeleteConsumerAsync(trainings);
        await streams.Work.CreateOrUpdateConsumerAsync(Consumer(debates, connection.Names.WorkOf(run, WorkKind.Debate)));
        await streams.Work.CreateOrUpdateConsumerAsync(Consumer(trainings, connection.Names.WorkOf(run, WorkKind.Training)));
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));

        static ConsumerConfig Consumer(string name, string subject) => new(name)
        {
            FilterSubject = subject,
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = TimeSpan.FromSeconds(1),
            MaxDeliver = -1,
        };
    }

    public void Dispose() => _files.Dispose();

    private static string Account(int bytes) => $"accounts {{ T {{ jetstream {{ max_file: {bytes} }}, users: [ {{ user: a, password: b }} ] }} }}\nno_auth_user: a";

    private sealed class ShiftedClock(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }
}
