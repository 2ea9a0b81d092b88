using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests;

/// <summary>A result that is none counts as a failed try: it is not waited for another one for ever.</summary>
public sealed class RefusedResultTests : IDisposable
{
    private readonly NatsServer _server = new();
    private readonly TemporaryFolder _files = new();
    private readonly ConcurrentQueue<string> _log = [];
    private readonly RunConfig _config;

    public RefusedResultTests() => _config = ToyRun.Small(_files) with { Iterations = 1 };

    [Fact]
    public async Task Results_that_do_not_fit_the_work_are_set_aside_with_their_reasons_and_tried_anew_by_the_next_attempt()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        await using var liar = await Liar.StartAsync(_server.Url);

        var error = await Assert.ThrowsAsync<WorkSetAsideException>(
            () => ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, change: options => options with { Tries = 2 }));

        Assert.Contains("is set aside after 2 failed tries", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Message.Split("liar: the result is refused:").Length - 1);
        Assert.Contains("expected 4 transcripts, found 0", error.Message, StringComparison.Ordinal);
        Assert.Contains(_log, line => line.StartsWith("a result is left out (1 of 2): liar:", StringComparison.Ordinal));
        await liar.StopAsync();

        // What the liar has left on the server does not count against those who come later.
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, ClusterToyRun.ModelOf(_config));
        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);
        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task An_adapter_that_is_none_is_trained_again()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, ClusterToyRun.ModelOf(_config));
        var looks = 0;

        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, check: path =>
        {
            if (Interlocked.Increment(ref looks) == 1) throw new InputException(path, null, "an adapter", "a pumpkin");
        });

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        Assert.Contains(_log, line => line.StartsWith("a result is left out (1 of 3): worker:", StringComparison.Ordinal) && line.EndsWith("found a pumpkin", StringComparison.Ordinal));
        Assert.Equal(worker.Trainer.Jobs.Count, looks);
    }

    [Fact]
    public async Task An_adapter_that_is_never_one_ends_the_run_with_the_reasons_and_leaves_no_file()
    {
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, ClusterToyRun.ModelOf(_config));

        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => ClusterToyRun.RunAsync(
            _server.Url, _files.At("spread"), _config, _log, change: options => options with { Tries = 2 }, check: path => throw new InputException(path, null, "an adapter", "a pumpkin")));

        Assert.Contains("a training", error.Message, StringComparison.Ordinal);
        Assert.Contains("is set aside after 2 failed tries", error.Message, StringComparison.Ordinal);
        // Two tries of each of the four agents.
        Assert.Equal(2 * 4, error.Message.Split("found a pumpkin").Length - 1);
        Assert.Empty(Directory.EnumerateFiles(_files.At("spread"), "*.gguf*", SearchOption.AllDirectories));
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    /// <summary>Takes chunks as a worker does, and answers each with nothing.</summary>
    private sealed class Liar : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ClusterConnection _connection;
        private readonly Task _running;

        private Liar(ClusterConnection connection) => (_connection, _running) = (connection, Task.Run(RunAsync));

        public static async Task<Liar> StartAsync(string url) => new(await ClusterConnection.OpenAsync(new ClusterAddress(url), "liar", CancellationToken.None));

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await _connection.DisposeAsync();
            _stop.Dispose();
        }

        private async Task RunAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(20);
                if (await _connection.TryOpenStreamsAsync(CancellationToken.None) is not { } streams) continue;
                foreach (var run in await Entries.ReadAsync<RunEntry>(streams.Runs, null, CancellationToken.None))
                {
                    var consumer = await _connection.JetStream.GetConsumerAsync("mft-work", ClusterNames.Consumer(run.Id, WorkKind.Debate));
                    await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NATS.Client.JetStream.NatsJSFetchOpts { MaxMsgs = 1 }))
                    {
                        var id = ClusterNames.IdOf(message.Subject);
                        var result = new ResultMessage(ClusterConnection.Format, id, new Origin("liar", "0", "0", "none"), 0, [], null, null);
                        await _connection.JetStream.PublishAsync(_connection.Names.Result(run.Id, id), MessageJson.Write(result));
                        await message.AckAsync();
                    }
                }
            }
        }
    }
}
