using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Trains adapters on the workers of a cluster.</summary>
public sealed class ClusterTrainer(ClusterRun run) : ITrainer
{
    private readonly ContentCache _contents = new(run);

    public int? MostAtATime => 1024;

    /// <inheritdoc/>
    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        job.RequireOwnOutput();
        if (job.Preferences is { } preferences) throw new InputException("preferences", null, "none, as workers learn from one file", preferences);
        var dataset = await _contents.PutAsync(job.Dataset, cancellation).ConfigureAwait(false);
        var start = job.StartAdapter is { } file ? await _contents.PutAsync(file, cancellation).ConfigureAwait(false) : null;
        var work = new WorkContent(run.Model.Sha256, null, new TrainingWork(Path.GetFileNameWithoutExtension(job.Output), job.Options, job.Seed, dataset, start));
        var trained = (await DoAsync(work, cancellation).ConfigureAwait(false)).Adapter!;
        await run.GetAsync(trained.File, job.Output, cancellation).ConfigureAwait(false);
        TrainingReports.Write(job.Output, trained.Report);
        run.Forget(work);
        return trained.Report;
    }

    /// <summary>A training that is set aside fails alone: the others go on.</summary>
    private async Task<ResultMessage> DoAsync(WorkContent work, CancellationToken cancellation)
    {
        try
        {
            return await run.DoAsync(work, cancellation).ConfigureAwait(false);
        }
        catch (WorkSetAsideException error)
        {
            throw new TrainingFailedException(error.Message);
        }
    }
}
