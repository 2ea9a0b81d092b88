using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Server.Files;
using MultiagentFT.Server.Models;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.FineTuning;

/// <summary>
/// Runs finetuning jobs one after another beside the serving, in the order in which they were created, and serves what they have trained.
/// Jobs that a server has not ended are begun again by the next one, with the same seed.
/// </summary>
internal sealed partial class JobRunner(
    JobStore jobs, FileStore files, ModelCatalog catalog, ServedSociety society, ServerOptions options, TimeProvider time, ILogger<JobRunner> log) : BackgroundService
{
    /// <summary>Events of a training's progress, at most.</summary>
    private const int MostProgress = 50;

    private readonly Channel<string> _queue = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private (string Id, CancellationTokenSource Stop)? _running;

    /// <summary>Loads what earlier jobs have trained before anything is served, and queues those that have not ended.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var job in jobs.All.Reverse())
        {
            if (job is { Status: JobStatus.Succeeded, IsDeleted: false }) await RestoreAsync(job, cancellationToken).ConfigureAwait(false);
            if (job.HasEnded) continue;
            jobs.Tell(job.Id, "The server was started again; the job begins anew.");
            Enqueue(job.Id);
        }
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Enqueue(string id) => _queue.Writer.TryWrite(id);

    /// <exception cref="ApiException">There is no such job, or it has ended.</exception>
    public FineTuningJob Cancel(string id)
    {
        var (job, changed) = jobs.Change(id, job => job with { Status = JobStatus.Cancelled, FinishedAt = Now() });
        if (!changed) throw new ApiException(409, "job_has_ended", "fine_tuning_job_id", $"job: expected one that has not ended, found one that has ({job.Status})");
        jobs.Tell(id, "The job was cancelled.");
        lock (_lock)
        {
            if (_running is { } running && running.Id == id) running.Stop.Cancel();
        }
        return job;
    }

    /// <summary>What the job trains, and from where.</summary>
    public TrainingJob TrainingOf(FineTuningJob job) => new()
    {
        Model = society.Engine.Model.Path,
        Dataset = files.PathOf(files.Get(job.TrainingFile)),
        StartAdapter = catalog.Find(job.Model) is { } model ? model.File : throw ApiException.NotFound("model_not_found", "model", $"model: expected one of GET /v1/models, found no {job.Model}"),
        Output = jobs.AdapterOf(job.Id),
        Seed = unchecked((ulong)job.Seed),
        Options = job.Options,
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var id in _queue.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            lock (_lock) _running = (id, stop);
            try
            {
                if (!jobs.Get(id).HasEnded) await RunAsync(id, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Cancelled by a client, which the job says, or by the end of the server: then the next one begins it again.
                stoppingToken.ThrowIfCancellationRequested();
            }
            catch (Exception error)
            {
                Fail(id, error);
            }
            finally
            {
                lock (_lock) _running = null;
            }
        }
    }

    private async Task RunAsync(string id, CancellationToken cancellation)
    {
        jobs.Tell(id, "Validating the training file.");
        var job = jobs.Get(id);
        var training = TrainingOf(job);
        var examples = await Task.Run(() => job.LearnsPreferences ? PreferenceFile.ReadPairs(training.Dataset).Count : DatasetFile.Read(training.Dataset).Count, cancellation).ConfigureAwait(false);
        jobs.Change(id, job => job with { Status = JobStatus.Running });
        jobs.Tell(id, $"Training on {examples} {(job.LearnsPreferences ? "pairs of answers" : "examples")}.");
        var report = await options.Trainer!.TrainAsync(training, new Progress(jobs, id), cancellation).ConfigureAwait(false);
        if (options.CheckAdapter is { } check) await check(training.Output, cancellation).ConfigureAwait(false);
        await catalog.LoadAsync(job.FineTunedModel, training.Output, ModelKind.Finetuned, cancellation).ConfigureAwait(false);
        var loss = report is { FirstLoss: { } first, LastLoss: { } last } ? $"; loss {first:0.000} to {last:0.000}" : "";
        jobs.Tell(id, $"Trained {report.Steps} steps{loss}; {report.Skipped} examples were too long.");
        if (report.Describe() is { } unstable) jobs.Tell(id, $"The training was unstable: {unstable}.");
        var (_, changed) = jobs.Change(id, job => job with { Status = JobStatus.Succeeded, FinishedAt = Now(), TrainedTokens = report.Tokens, Steps = report.Steps });
        if (changed) jobs.Tell(id, $"The new model is served as {job.FineTunedModel}.");
        else await catalog.RemoveAsync(job.FineTunedModel).ConfigureAwait(false);
    }

    private void Fail(string id, Exception error)
    {
        var (code, param) = error switch
        {
            InputException => ("invalid_training_file", "training_file"),
            ApiException api => (api.Code, api.Param),
            TrainingFailedException => ("training_failed", (string?)null),
            _ => ("internal_error", null),
        };
        if (code == "internal_error") LogFailure(log, error, id);
        try
        {
            var message = Redacted(id, error.Message);
            jobs.Tell(id, message, isError: true);
            jobs.Change(id, job => job with { Status = JobStatus.Failed, FinishedAt = Now(), Error = new JobError(code, message, param) });
        }
        catch (Exception disk) when (disk is IOException or UnauthorizedAccessException)
        {
            // The serving goes on; the next server begins the job again.
            LogFailure(log, disk, id);
        }
    }

    /// <summary>Paths of this machine are none of the client's business.</summary>
    private string Redacted(string id, string message)
    {
        var file = files.All().FirstOrDefault(file => file.Id == jobs.Get(id).TrainingFile);
        if (file is not null) message = message.Replace(files.PathOf(file), file.Name, StringComparison.Ordinal);
        return message.Replace(jobs.AdapterOf(id), "the adapter", StringComparison.Ordinal).Replace(society.Engine.Model.Path, "the base model", StringComparison.Ordinal);
    }

    private async Task RestoreAsync(FineTuningJob job, CancellationToken cancellation)
    {
        try
        {
            await catalog.LoadAsync(job.FineTunedModel, jobs.AdapterOf(job.Id), ModelKind.Finetuned, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InputException or ApiException)
        {
            // Another base model is served now, or memory for fewer adapters; the job stays what it was.
            LogNotServed(log, job.FineTunedModel, error.Message);
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeSeconds();

    [LoggerMessage(Level = LogLevel.Error, Message = "job {Id} failed")]
    private static partial void LogFailure(ILogger log, Exception error, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} is not served: {Reason}")]
    private static partial void LogNotServed(ILogger log, string model, string reason);

    /// <summary>Tells of some of a training's steps, the first and the last among them.</summary>
    private sealed class Progress(JobStore jobs, string id) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            var every = Math.Max(1, value.Steps / MostProgress);
            if (value.Step != 1 && value.Step != value.Steps && value.Step % every != 0) return;
            jobs.Tell(id, $"Step {value.Step}/{value.Steps}: training loss={value.Loss:0.000}", metrics: new JobMetrics(value.Step, value.Steps, value.Loss, value.LearningRate));
        }
    }
}
