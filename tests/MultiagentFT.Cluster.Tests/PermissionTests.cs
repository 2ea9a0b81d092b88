using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Runs.Tests.Fakes;
using NATS.Client.JetStream.Models;

namespace MultiagentFT.Cluster.Tests;

/// <summary>The permissions that the recipes give to workers are enough for their work, and for nothing else.</summary>
public sealed class PermissionTests : IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly NatsServer _server = new($$"""
        max_payload: 20000
        authorization { users = [ { user: run, password: run }, { user: worker, password: worker, permissions: {
        {{File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "worker-permissions.conf"))}}
        } } ] }
        """);

    [Fact]
    public async Task Workers_do_their_work_with_the_permissions_of_the_recipes()
    {
        var config = ToyRun.Small(_files) with { Iterations = 1 };
        await ToyRun.RunAsync(_files.At("alone"), config);
        await using var worker = await ToyWorker.StartAsync(_server.UrlOf("worker", "worker"), "worker", _files, ClusterToyRun.ModelOf(config));

        await ClusterToyRun.RunAsync(_server.UrlOf("run", "run"), _files.At("spread"), config, new ConcurrentQueue<string>());

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        await worker.StopAsync();
        Assert.DoesNotContain(worker.Log, line => line.Contains("trying again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workers_publish_no_work_and_remove_no_results()
    {
        await using var owner = await ClusterConnection.OpenAsync(new ClusterAddress(_server.UrlOf("run", "run")), "run", CancellationToken.None);
        await owner.CreateStreamsAsync(CancellationToken.None);
        await owner.JetStream.PublishAsync("mft.results.run.id.done", new byte[] { 1 });
        await using var worker = await ClusterConnection.OpenAsync(new ClusterAddress(_server.UrlOf("worker", "worker")), "worker", CancellationToken.None);
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<Exception>(async () => await worker.JetStream.PublishAsync("mft.work.run.debate.id", new byte[] { 1 }, cancellationToken: soon.Token));
        await Assert.ThrowsAnyAsync<Exception>(async () => await worker.JetStream.PurgeStreamAsync("mft-results", new StreamPurgeRequest(), soon.Token));
        await Assert.ThrowsAnyAsync<Exception>(async () => await worker.JetStream.DeleteStreamAsync("mft-work", soon.Token));

        var streams = (await owner.TryOpenStreamsAsync(CancellationToken.None))!;
        Assert.Equal(0, streams.Work.Info.State.Messages);
        Assert.Equal(1, streams.Results.Info.State.Messages);
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }
}
