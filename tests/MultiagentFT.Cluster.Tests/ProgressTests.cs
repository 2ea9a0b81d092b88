using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Status;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests;

/// <summary>How a training on a worker goes on is seen where the run is, and by <c>mft cluster</c>.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly NatsServer _server = new();
    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task Steps_of_a_training_are_told_while_it_goes_on()
    {
        var config = ToyRun.Small(_files) with { Iterations = 1 };
        var gate = new TaskCompletionSource();
        var clock = new SteppedTime();
        var seen = new Seen();
        await using var worker = await ToyWorker.StartAsync(
            _server.Url, "worker", _files, ClusterToyRun.ModelOf(config),
            change: options => options with { Trainer = new SteppingTrainer(gate.Task), Heartbeat = TimeSpan.FromMilliseconds(50) },
            time: clock);
        var curves = new ConcurrentDictionary<string, IReadOnlyList<(TrainingProgress Step, DateTimeOffset Time)>>();
        var running = ClusterToyRun.RunAsync(
            _server.Url, _files.At("spread"), config, change: options => options with { Look = TimeSpan.FromMilliseconds(50) }, observer: seen,
            onCurve: (job, steps) => curves[Path.GetRelativePath(_files.At("spread"), job.Output)] = steps);

        while (seen.Progress.IsEmpty && !running.IsCompleted) await Task.Delay(20);
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(_server.Url), "test", CancellationToken.None);
        var status = await ClusterStatus.ReadAsync(connection, null, CancellationToken.None);
        var lease = Assert.Single(status.Workers[0].Leases);
        Assert.Equal((WorkKind.Training, new TrainingProgress(2, 4, 20, 1.5, 1e-3)), (lease.Kind, lease.Progress));
        gate.SetResult();
        await running;

        // Each agent's: the steps that were heard of, none twice, and the last of its report.
        Assert.Equal(new TrainingProgress(2, 4, 20, 1.5, 1e-3), seen.Progress.First().Progress);
        foreach (var agent in seen.Progress.GroupBy(progress => (progress.Stage, progress.Agent)))
            Assert.Equal(agent.Count(), agent.Select(progress => progress.Progress).Distinct().Count());
        Assert.Equal(
            File.ReadLines(_files.At("spread.work.jsonl")).Count(line => line.Contains("\"kind\":\"training\"", StringComparison.Ordinal)),
            seen.Progress.Count(progress => progress.Progress is { Step: 1, Steps: 1 }));
        // All steps with their times come with the result, but the one that is no number.
        Assert.Contains("adapters/multiagent-ft/iteration-1/generator-1.gguf", curves.Keys);
        Assert.All(curves.Values, steps =>
        {
            Assert.Equal([new TrainingProgress(1, 4, 10, 2.5, 1e-3), new TrainingProgress(2, 4, 20, 1.5, 1e-3)], steps.Select(step => step.Step));
            // By the worker's clock, which other trainings move on, too.
            Assert.InRange(steps[1].Time, steps[0].Time.AddSeconds(1), DateTimeOffset.UnixEpoch.AddHours(1));
        });
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    /// <summary>Goes on a second whenever it is asked for the date; timers are the system's.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Interlocked.Increment(ref _seconds));
    }

    private sealed class Seen : IRunObserver
    {
        public ConcurrentQueue<TrainingProgressed> Progress { get; } = [];

        public void On(RunEvent happened)
        {
            if (happened is TrainingProgressed progressed) Progress.Enqueue(progressed);
        }
    }
}
