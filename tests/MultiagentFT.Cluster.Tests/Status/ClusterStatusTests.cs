using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Status;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Status;

public sealed class ClusterStatusTests : IDisposable
{
    private readonly NatsServer _server = new();
    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task Workers_runs_and_leases_are_shown_while_they_work()
    {
        var config = ToyRun.Small(_files) with { Iterations = 1 };
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
        var error = await Assert.ThrowsAsync<InputException>(() => ClusterStatus.ReadAsync(connection, null, CancellationToken.None));
        Assert.Contains("found none", error.Message, StringComparison.Ordinal);
        var gate = new TaskCompletionSource();
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, ClusterToyRun.ModelOf(config), () => new HeldEngine((_, _) => gate.Task));
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), config, change: options => options with { Priority = 7 });

        ClusterStatus status;
        do
        {
            await Task.Delay(50);
            if (await connection.TryOpenStreamsAsync(CancellationToken.None) is null) continue;
            status = await ClusterStatus.ReadAsync(connection, null, CancellationToken.None);
            if (status.Workers is [{ Leases.Count: 1 }] && status.Runs is [{ Queues: [{ Waiting: 1 }, _] }]) break;
        }
        while (true);
        gate.SetResult();
        await running;

        var run = Assert.Single(status.Runs);
        Assert.Equal(("toy", "toy", 7, 1), (run.Title, run.Model, run.Priority, run.Workers));
        Assert.Equal(new QueueStatus(WorkKind.Debate, 1, 1, 0), run.Queues[0]);
        Assert.Equal(new QueueStatus(WorkKind.Training, 0, 0, 0), run.Queues[1]);
        var lease = Assert.Single(status.Workers[0].Leases);
        Assert.Equal((run.Id, WorkKind.Debate, 1), (lease.Run, lease.Kind, lease.Delivery));
        Assert.Equal(("worker", "working", "toy"), (status.Workers[0].Name, status.Workers[0].State, status.Workers[0].InstructionSet));
        Assert.Empty((await ClusterStatus.ReadAsync(connection, null, CancellationToken.None)).Runs);
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }
}
