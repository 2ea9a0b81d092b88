using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Coordinator;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Fakes;

/// <summary>The toy run with its work spread.</summary>
internal static class ClusterToyRun
{
    public static readonly ModelDescription Model = new ToyEngine(new Interruption()).Model;

    public static BaseModel ModelOf(RunConfig config) => new(InputFile.Measure(config.Model).Sha256, config.Model, "toy");

    public static async Task<Summary> RunAsync(
        string url, string folder, RunConfig config, ConcurrentQueue<string>? log = null, CancellationToken cancellation = default,
        Func<ClusterRunOptions, ClusterRunOptions>? change = null, Action<string>? check = null, IRunObserver? observer = null, TimeProvider? time = null,
        Action? atEnd = null, Action<TrainingJob, IReadOnlyList<(TrainingProgress Step, DateTimeOffset Time)>>? onCurve = null, bool scores = false)
    {
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(url), "run", cancellation);
        var options = new ClusterRunOptions(folder, "toy", ModelOf(config))
        {
            Lease = TimeSpan.FromSeconds(1),
            WorkLog = folder + ".work.jsonl",
            Log = line => log?.Enqueue(line),
        };
        await using var run = await ClusterRun.OpenAsync(connection, change?.Invoke(options) ?? options, cancellation, time);
        using var open = RunFolder.Open(folder, config);
        var chunks = new ClusterChunkRunner(run, Model, _ => null, scores ? config : null);
        var summary = await new SelfImprovement(open, chunks, new ArithmeticTask(), new ClusterTrainer(run, check) { OnCurve = onCurve }, observer, new StoppedClock()).RunAsync(cancellation);
        atEnd?.Invoke();
        await run.CompleteAsync(cancellation);
        return summary;
    }

    /// <summary>Every file of a run by its relative path, but those that say when.</summary>
    public static IReadOnlyDictionary<string, string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) != ".lock")
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(File.ReadAllBytes(path)));
}
