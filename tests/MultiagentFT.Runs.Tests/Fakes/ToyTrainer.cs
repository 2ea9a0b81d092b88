using System.Collections.Concurrent;
using System.Text.Json;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>Writes adapters whose content is a function of the job's inputs.</summary>
internal sealed class ToyTrainer(Interruption interruption) : ITrainer
{
    public ConcurrentBag<TrainingJob> Jobs { get; } = [];

    /// <summary>At which a training ends.</summary>
    public Func<TrainingJob, double?> LastLoss { get; init; } = _ => 0.5;

    public Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        interruption.Pass();
        Jobs.Add(job);
        var examples = job.Options.Objective == "supervised" ? DatasetFile.Read(job.Dataset).Count : PreferenceFile.ReadPairs(job.Dataset).Count;
        var seed = new Seed(job.Seed).Of(File.ReadAllText(job.Dataset));
        if (job.StartAdapter is { } start) seed = seed.Of(File.ReadAllText(start));
        AtomicFile.WriteText(job.Output, $"{seed.Value}");
        progress?.Report(new TrainingProgress(1, 1, examples * 10, 0.5, 1e-3));
        interruption.Pass();
        var report = new TrainingReport(examples, 0, 1, examples * 10, examples * 5, 1, LastLoss(job), 2);
        AtomicFile.WriteText(Path.ChangeExtension(job.Output, ".json"), JsonSerializer.Serialize(report, JsonFormats.Indented));
        interruption.Pass();
        return Task.FromResult(report);
    }
}
