using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Testing;

namespace MultiagentFT.Server.Tests;

/// <summary>Writes an adapter of random numbers that depend on the job's seed alone, once it is let.</summary>
internal sealed class ScriptedTrainer : ITrainer
{
    /// <summary>What a training waits for before it ends.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<TrainingJob> Jobs { get; } = [];

    public Exception? Failure { get; init; }

    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        lock (Jobs) Jobs.Add(job);
        var examples = job.Options.Objective == "dpo" ? PreferenceFile.ReadPairs(job.Dataset).Count : DatasetFile.Read(job.Dataset).Count;
        progress?.Report(new TrainingProgress(1, 2, 10, 2.5, 1e-3));
        Begun.TrySetResult();
        await Gate.Task.WaitAsync(cancellation);
        if (Failure is not null) throw Failure;
        progress?.Report(new TrainingProgress(2, 2, 20, 1.5, 0));
        TinyAdapter.Write(job.Output, job.Model, new TinyAdapterOptions { Seed = job.Seed, Reach = 2 });
        return new TrainingReport(examples, 0, 2, 20, 8, 2.5, 1.5, 0.1);
    }
}
