using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Coordinator;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests;

/// <summary>Runs that are spread come to the bytes of runs in one process, whatever happens on the way.</summary>
public sealed class ClusterRunTests : IDisposable
{
    private readonly NatsServer _server = new();
    private readonly TemporaryFolder _files = new();
    private readonly ConcurrentQueue<string> _log = [];
    private readonly RunConfig _config;
    private readonly BaseModel _model;

    public ClusterRunTests() => (_config, _model) = (ToyRun.Small(_files) with { Iterations = 1 }, ClusterToyRun.ModelOf(ToyRun.Small(_files)));

    [Fact]
    public async Task Two_workers_come_to_the_files_of_one_process()
    {
        var config = _config with { Iterations = 2, Methods = [.. _config.Methods, "star"] };
        await ToyRun.RunAsync(_files.At("alone"), config);
        await using var first = await ToyWorker.StartAsync(_server.Url, "first", _files, _model);
        await using var second = await ToyWorker.StartAsync(_server.Url, "second", _files, _model);

        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), config, _log);

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        // One iteration of 4 agents and one of two single agents, twice; the work log names who did it.
        var lines = File.ReadAllLines(_files.At("spread.work.jsonl"));
        Assert.Equal(first.Trainer.Jobs.Count + second.Trainer.Jobs.Count, lines.Count(line => line.Contains("\"kind\":\"training\"", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.Contains("\"instructionSet\":\"toy\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_that_workers_score_come_to_the_diversity_of_one_process()
    {
        var alone = await ToyRun.RunAsync(_files.At("alone"), _config, scores: true);
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model, () => new ToyScorer(new Interruption()));

        var spread = await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, scores: true);

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        Assert.Equal(alone.Methods.Select(method => method.Diversity), spread.Methods.Select(method => method.Diversity));
        Assert.NotNull(spread.Methods.Single(method => method is { Name: "multiagent-ft", Iteration: 1 }).Diversity!.CriticDissimilarity);
        var line = File.ReadLines(_files.At("spread.work.jsonl")).First(line => line.Contains("\"problems\":0", StringComparison.Ordinal) && line.Contains("\"kind\":\"debate\"", StringComparison.Ordinal));
        Assert.Contains("\"worker\":\"worker\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_scores_nothing_is_said_with_its_reason()
    {
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model);

        var error = await Assert.ThrowsAsync<WorkSetAsideException>(() => ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, scores: true));

        Assert.Contains("the scoring of ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_of_a_worker_that_is_killed_is_done_by_another()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        var taken = new TaskCompletionSource();
        await using var victim = await ToyWorker.StartAsync(_server.Url, "victim", _files, _model, () => new HeldEngine((_, _) =>
        {
            taken.TrySetResult();
            return Task.Delay(Timeout.Infinite, CancellationToken.None);
        }));
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);
        await taken.Task;
        await victim.KillAsync();

        await using var heir = await ToyWorker.StartAsync(_server.Url, "heir", _files, _model);
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task A_run_that_is_killed_continues_from_what_workers_did_meanwhile()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        using var kill = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        await using (var slow = await ToyWorker.StartAsync(_server.Url, "slow", _files, _model, () => new HeldEngine(async (_, _) =>
        {
            // The run dies while the worker has its first chunk.
            await kill.CancelAsync();
            await gate.Task;
        })))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, kill.Token));
            gate.SetResult();
            await using var status = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
            var streams = (await status.TryOpenStreamsAsync(CancellationToken.None))!;
            await Until(async () =>
            {
                await streams.Work.RefreshAsync();
                return streams.Work.Info.State.Messages == 0;
            });
        }
        // Nobody answers now: the first stage is continued from results that lie on the server.
        var answered = 0;
        await using var late = await ToyWorker.StartAsync(_server.Url, "late", _files, _model, () => new HeldEngine((_, _) =>
        {
            Interlocked.Increment(ref answered);
            return Task.CompletedTask;
        }));

        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        var lines = File.ReadAllLines(_files.At("spread.work.jsonl"));
        Assert.Equal(2, lines.Count(line => line.Contains("\"worker\":\"slow\"", StringComparison.Ordinal)));
        Assert.Equal(lines.Length, lines.Distinct().Count());
        Assert.True(answered > 0);
    }

    [Fact]
    public async Task The_server_may_be_killed_and_come_back()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        var batches = 0;
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model, () => new HeldEngine((_, _) =>
        {
            if (Interlocked.Increment(ref batches) != 3) return Task.CompletedTask;
            _server.Kill();
            return Task.Run(_server.Start);
        }));

        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, change: options => options with { Poll = TimeSpan.FromSeconds(1) });

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task Poisoned_work_is_set_aside_with_its_reasons_and_tried_anew_by_the_next_attempt()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        var isPoisoned = true;
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model, () => new HeldEngine((_, _) =>
            isPoisoned ? throw new InvalidOperationException("the cup is poisoned") : Task.CompletedTask));

        var error = await Assert.ThrowsAsync<WorkSetAsideException>(
            () => ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, change: options => options with { Tries = 2 }));
        Assert.Contains("is set aside after 2 failed tries", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Message.Split("worker: InvalidOperationException: the cup is poisoned").Length - 1);

        isPoisoned = false;
        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);
        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task Work_that_ends_its_workers_is_given_out_no_more()
    {
        var taken = 0;
        var running = ClusterToyRun.RunAsync(
            _server.Url, _files.At("spread"), _config, _log, change: options => options with { Lease = TimeSpan.FromSeconds(0.2), Poll = TimeSpan.FromSeconds(1) });
        while (!running.IsCompleted)
        {
            var fatal = new TaskCompletionSource();
            await using var victim = await ToyWorker.StartAsync(_server.Url, "victim", _files, _model, () => new HeldEngine((_, _) =>
            {
                fatal.TrySetResult();
                return Task.Delay(Timeout.Infinite, CancellationToken.None);
            }));
            if (await Task.WhenAny(fatal.Task, running) == fatal.Task) taken++;
            await victim.KillAsync();
        }

        var error = await Assert.ThrowsAsync<WorkSetAsideException>(() => running);
        Assert.Contains("without an end", error.Message, StringComparison.Ordinal);
        Assert.InRange(taken, 6, 16);
    }

    [Fact]
    public async Task Garbage_on_every_subject_is_left_out_with_a_reason()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "mischief", CancellationToken.None);
        var streams = await connection.CreateStreamsAsync(CancellationToken.None);
        await streams.Runs.PutAsync("garbage", "{}"u8.ToArray());
        await streams.Runs.PutAsync("other", """{"format":99}"""u8.ToArray());
        await streams.Workers.PutAsync("garbage", "not JSON"u8.ToArray());
        var thrown = new SemaphoreSlim(1);
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model, () => new HeldEngine(async (_, _) =>
        {
            // While a chunk is answered, somebody writes under its run's subjects.
            if (!thrown.Wait(0)) return;
            var id = (await Entries.ReadAsync<RunEntry>(streams.Runs, null, CancellationToken.None)).Single().Id;
            foreach (var kind in Enum.GetValues<WorkKind>())
            {
                await connection.JetStream.PublishAsync(connection.Names.Work(id, kind, new string('a', 64)), "{\"format\":1}"u8.ToArray());
                await connection.JetStream.PublishAsync(connection.Names.Work(id, kind, "short"), new byte[] { 0, 255, 128 });
            }
            await connection.JetStream.PublishAsync(connection.Names.Result(id, new string('b', 64)), "[]"u8.ToArray());
            await connection.JetStream.PublishAsync($"mft.results.{id}.nonsense", "[]"u8.ToArray());
            // A result of work that is asked for: it is no result, and makes room for one.
            var asked = (await Ids(connection, streams, id)).First(other => other.Length == 64 && other != new string('a', 64));
            await connection.JetStream.PublishAsync(connection.Names.Result(id, asked), "{\"format\":1,\"work\":null}"u8.ToArray());
        }));

        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        Assert.Contains(_log, line => line.StartsWith("a result is left out", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("results were not asked for", StringComparison.Ordinal));
        Assert.Contains(worker.Log, line => line.StartsWith("work is left out:", StringComparison.Ordinal));
        Assert.Contains(worker.Log, line => line.Contains("mft-runs/other: format: expected 1, found 99", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_beyond_the_size_limit_go_through_the_object_store()
    {
        using var small = new NatsServer("max_payload: 6000");
        await ToyRun.RunAsync(_files.At("alone"), _config);
        await using var worker = await ToyWorker.StartAsync(small.Url, "worker", _files, _model);

        await ClusterToyRun.RunAsync(small.Url, _files.At("spread"), _config, _log);

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task A_worker_with_another_model_leaves_the_work_to_others()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        await using var other = await ToyWorker.StartAsync(
            _server.Url, "other", _files, new BaseModel(new string('0', 64), "other.gguf", "other"), () => throw new InvalidOperationException("it has another model"));
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);
        await Until(() => Task.FromResult(other.Log.Any(line => line.Contains("is left to others: expected the model toy", StringComparison.Ordinal))));
        Assert.Contains(_log, line => line.Contains("no worker has the model toy", StringComparison.Ordinal));

        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model);
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
        Assert.Empty(other.Trainer.Jobs);
    }

    [Fact]
    public async Task Different_instruction_sets_are_told_or_refused()
    {
        await using var first = await ToyWorker.StartAsync(_server.Url, "first", _files, _model, change: options => options with { Trainers = 0 });
        await using var second = await ToyWorker.StartAsync(
            _server.Url, "second", _files, _model, change: options => options with { InstructionSet = "tin", Debates = false });

        await ClusterToyRun.RunAsync(_server.Url, _files.At("mixed"), _config, _log);
        Assert.Contains(_log, line => line.Contains("done with 2 instruction sets (tin; toy)", StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<InputException>(
            () => ClusterToyRun.RunAsync(_server.Url, _files.At("same"), _config, _log, change: options => options with { SameInstructionSet = true }));
        Assert.Contains("expected one instruction set, as --same-kernels is given, found tin; toy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_same_instruction_set_asked_for_others_take_no_work()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model);
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("same"), _config, _log, change: options => options with { SameInstructionSet = true });
        await Until(async () => (await RunsAsync()).Count > 0);
        await using var other = await ToyWorker.StartAsync(_server.Url, "other", _files, _model, change: options => options with { InstructionSet = "tin" });
        await Until(() => Task.FromResult(other.Log.Any(line => line.Contains("expected the instruction set 'toy', found 'tin'", StringComparison.Ordinal)) || running.IsCompleted));
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("same")));
        Assert.All(File.ReadAllLines(_files.At("same.work.jsonl")), line => Assert.Contains("\"worker\":\"worker\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_hands_back_what_it_cannot_finish()
    {
        await ToyRun.RunAsync(_files.At("alone"), _config);
        var taken = new TaskCompletionSource();
        await using var leaving = await ToyWorker.StartAsync(
            _server.Url,
            "leaving",
            _files,
            _model,
            () => new HeldEngine((_, cancellation) =>
            {
                taken.TrySetResult();
                return Task.Delay(Timeout.Infinite, cancellation);
            }),
            options => options with { Grace = TimeSpan.Zero });
        // A lease that no test waits for: the work comes back because it is handed back.
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, change: options => options with { Lease = TimeSpan.FromHours(1) });
        await taken.Task;
        await leaving.StopAsync();
        Assert.Contains(leaving.Log, line => line.StartsWith("hands back work", StringComparison.Ordinal));

        await using var heir = await ToyWorker.StartAsync(_server.Url, "heir", _files, _model);
        await running;

        Assert.Equal(ClusterToyRun.Files(_files.At("alone")), ClusterToyRun.Files(_files.At("spread")));
    }

    [Fact]
    public async Task An_ended_run_leaves_nothing_but_contents_on_the_server()
    {
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model);
        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log);

        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
        var streams = (await connection.TryOpenStreamsAsync(CancellationToken.None))!;
        Assert.Equal(0, streams.Work.Info.State.Messages);
        Assert.Equal(0, streams.Work.Info.State.ConsumerCount);
        Assert.Equal(0, streams.Results.Info.State.Messages);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task An_ended_run_is_removed_from_a_server_that_comes_back()
    {
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model);
        Task? back = null;
        await ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, atEnd: () =>
        {
            _server.Kill();
            back = Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
                _server.Start();
            });
        });
        await back!;

        Assert.Empty(await RunsAsync());
        Assert.Equal((0, 0), await MessagesAsync());
    }

    [Fact]
    public async Task A_worker_sends_no_result_to_a_run_that_has_ended()
    {
        var (taken, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var worker = await ToyWorker.StartAsync(_server.Url, "worker", _files, _model, () => new HeldEngine((_, _) =>
        {
            taken.TrySetResult();
            return gate.Task;
        }));
        using var kill = new CancellationTokenSource();
        var running = ClusterToyRun.RunAsync(_server.Url, _files.At("spread"), _config, _log, kill.Token);
        await taken.Task;
        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        // As another worker would have come to the last results of the run, which then ended.
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
        var streams = (await connection.TryOpenStreamsAsync(CancellationToken.None))!;
        var run = Assert.Single(await RunsAsync());
        await new RunRemoval(connection, streams, new ClusterRunOptions("", "", _model), TimeProvider.System).RunAsync(run.Id, CancellationToken.None);
        // Removed twice as a server may not have said so.
        await new RunRemoval(connection, streams, new ClusterRunOptions("", "", _model), TimeProvider.System).RunAsync(run.Id, CancellationToken.None);
        gate.SetResult();
        await worker.StopAsync();

        Assert.Equal((0, 0), await MessagesAsync());
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    private static async Task<IReadOnlyList<string>> Ids(ClusterConnection connection, ClusterStreams streams, string run)
    {
        var request = new NATS.Client.JetStream.Models.StreamInfoRequest { SubjectsFilter = connection.Names.WorkOf(run, WorkKind.Debate) };
        var stream = await connection.JetStream.GetStreamAsync(streams.Work.Info.Config.Name!, request);
        return [.. stream.Info.State.Subjects!.Keys.Select(ClusterNames.IdOf)];
    }

    private async Task<(long Work, long Results)> MessagesAsync()
    {
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
        var streams = (await connection.TryOpenStreamsAsync(CancellationToken.None))!;
        return (streams.Work.Info.State.Messages, streams.Results.Info.State.Messages);
    }

    private async Task<IReadOnlyList<RunEntry>> RunsAsync()
    {
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
        return await connection.TryOpenStreamsAsync(CancellationToken.None) is { } streams
            ? await Entries.ReadAsync<RunEntry>(streams.Runs, null, CancellationToken.None)
            : [];
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Delay(50);
    }
}
