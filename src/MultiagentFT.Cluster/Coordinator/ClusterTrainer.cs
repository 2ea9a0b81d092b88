using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Trains adapters on the workers of a cluster.</summary>
/// <param name="run">Publishes trainings.</param>
/// <param name="check">Throws an <see cref="InputException"/> where a file is no adapter of the run's model; null takes every file.</param>
public sealed class ClusterTrainer(ClusterRun run, Action<string>? check = null) : ITrainer
{
    private readonly ContentCache _contents = new(run);

    public int? MostAtATime => 1024;

    /// <summary>Told of the steps of each training that ended, with the times at which its worker heard of them. Default null: nobody.</summary>
    public Action<TrainingJob, IReadOnlyList<(TrainingProgress Step, DateTimeOffset Time)>>? OnCurve { get; set; }

    /// <inheritdoc/>
    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        job.RequireOwnOutput();
        if (job.Preferences is { } preferences) throw new InputException("preferences", null, "none, as workers learn from one file", preferences);
        var dataset = await _contents.PutAsync(job.Dataset, cancellation).ConfigureAwait(false);
        var start = job.StartAdapter is { } file ? await _contents.PutAsync(file, cancellation).ConfigureAwait(false) : null;
        var work = new WorkContent(run.Model.Sha256, null, new TrainingWork(Path.GetFileNameWithoutExtension(job.Output), job.Options, job.Seed, dataset, start));
        // Not the adapter's own name, before it is known to be one.
        var fetched = job.Output + ".fetched";
        try
        {
            var trained = (await DoAsync(work, progress, TakeAsync, cancellation).ConfigureAwait(false)).Adapter!;
            File.Move(fetched, job.Output, overwrite: true);
            TrainingReports.Write(job.Output, trained.Report);
            if (trained.Curve is { } curve) OnCurve?.Invoke(job, [.. curve.Select(step => (step.Progress, step.Time))]);
            run.Forget(work);
            // A training that was over between two signs of life has been heard of, too.
            if (trained.Report is { Steps: > 0 and var steps } report) progress?.Report(new TrainingProgress(steps, steps, report.Tokens, report.LastLoss ?? 0, 0));
            return trained.Report;
        }
        finally
        {
            File.Delete(fetched);
        }

        async Task TakeAsync(ResultMessage result, CancellationToken stop)
        {
            await run.GetAsync(result.Adapter!.File, fetched, stop).ConfigureAwait(false);
            check?.Invoke(fetched);
        }
    }

    /// <summary>A training that is set aside fails alone: the others go on.</summary>
    private async Task<ResultMessage> DoAsync(
        WorkContent work, IProgress<TrainingProgress>? progress, Func<ResultMessage, CancellationToken, Task> accept, CancellationToken cancellation)
    {
        try
        {
            return await run.DoAsync(work, progress, accept, cancellation).ConfigureAwait(false);
        }
        catch (WorkSetAsideException error)
        {
            throw new TrainingFailedException(error.Message);
        }
    }
}
