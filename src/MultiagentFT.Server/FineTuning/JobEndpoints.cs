using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Server.Errors;
using MultiagentFT.Server.Files;
using MultiagentFT.Server.Models;

namespace MultiagentFT.Server.FineTuning;

/// <summary><c>/v1/fine_tuning/jobs</c>.</summary>
internal sealed class JobEndpoints(JobStore jobs, JobRunner runner, FileStore files, ModelCatalog catalog, ServerOptions options, TimeProvider time)
{
    private static readonly ListAnswer<FineTuningJob> Jobs = new(job => job.Id, Write);
    private static readonly ListAnswer<JobEvent> Events = new(happened => happened.Id, Write);
    private static readonly ListAnswer<FineTuningJob> Checkpoints = new(CheckpointOf, WriteCheckpoint);

    public async Task CreateAsync(HttpContext context)
    {
        if (options.Trainer is null) throw new ApiException(501, "no_trainer", null, "this server has no trainer");
        using var body = await ApiJson.ReadAsync(context, options.MaxBodyBytes).ConfigureAwait(false);
        var request = JobRequest.Read(body.RootElement);
        using var lease = catalog.Acquire(request.Model);
        if (lease.Model.Kind == ModelKind.Society)
            throw ApiException.Unsupported("model", "model: expected the base, an agent or an adapter, as a society is trained agent by agent, found society");
        _ = files.Get(request.TrainingFile);
        catalog.RequireRoom(options.Training.Rank);
        var id = $"ftjob-{options.NextId():N}";
        var job = new FineTuningJob
        {
            Id = id,
            Model = request.Model,
            TrainingFile = request.TrainingFile,
            FineTunedModel = NameOf(request, id),
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            Seed = request.Seed ?? unchecked((int)(options.NextSeed() & int.MaxValue)),
            Options = request.Method.Apply(options.Training),
            Epochs = request.Method.Epochs,
            LearningRateMultiplier = request.Method.LearningRateMultiplier,
            Suffix = request.Suffix,
            Metadata = request.Metadata,
        };
        _ = runner.TrainingOf(job);
        jobs.Add(job);
        jobs.Tell(id, $"Created the finetuning job {id}.");
        runner.Enqueue(id);
        await ApiJson.WriteAsync(context, json => Write(json, job)).ConfigureAwait(false);
    }

    public Task ListAsync(HttpContext context) => Jobs.WriteAsync(context, jobs.All);

    public Task GetAsync(HttpContext context)
    {
        var job = jobs.Get(IdOf(context));
        return ApiJson.WriteAsync(context, json => Write(json, job));
    }

    public Task CancelAsync(HttpContext context)
    {
        var job = runner.Cancel(IdOf(context));
        return ApiJson.WriteAsync(context, json => Write(json, job));
    }

    public Task EventsAsync(HttpContext context) => Events.WriteAsync(context, jobs.EventsOf(IdOf(context)));

    /// <summary>The trainer keeps nothing between: the adapter that a job has come to is its one checkpoint.</summary>
    public Task CheckpointsAsync(HttpContext context)
    {
        var job = jobs.Get(IdOf(context));
        FineTuningJob[] whole = job is { Status: JobStatus.Succeeded, IsDeleted: false } ? [job] : [];
        return Checkpoints.WriteAsync(context, whole);
    }

    /// <summary>A name that fits, also where it starts from a model that was itself finetuned.</summary>
    private static string NameOf(JobRequest request, string id)
    {
        const int LongestStart = 40;
        var start = request.Model.StartsWith("ft:", StringComparison.Ordinal) ? "again" : request.Model;
        return $"ft:{start[..Math.Min(start.Length, LongestStart)]}:{request.Suffix}:{id[^8..]}";
    }

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["job"]!;

    private static string CheckpointOf(FineTuningJob job) => $"ftckpt-{job.Id["ftjob-".Length..]}";

    private static void Write(Utf8JsonWriter json, FineTuningJob job)
    {
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WriteString("object", "fine_tuning.job");
        json.WriteString("model", job.Model);
        json.WriteNumber("created_at", job.CreatedAt);
        if (job.FinishedAt is { } finished) json.WriteNumber("finished_at", finished);
        else json.WriteNull("finished_at");
        json.WriteString("fine_tuned_model", job.Status == JobStatus.Succeeded ? job.FineTunedModel : null);
        json.WriteString("organization_id", "multiagentft");
        json.WriteStartArray("result_files");
        json.WriteEndArray();
        json.WriteString("status", JsonNamingPolicy.SnakeCaseLower.ConvertName(job.Status.ToString()));
        json.WriteNull("validation_file");
        json.WriteString("training_file", job.TrainingFile);
        WriteHyperparameters(json, job);
        json.WriteStartObject("method");
        json.WriteString("type", job.Options.Objective);
        json.WriteStartObject(job.Options.Objective);
        WriteHyperparameters(json, job);
        json.WriteEndObject();
        json.WriteEndObject();
        if (job.TrainedTokens is { } tokens) json.WriteNumber("trained_tokens", tokens);
        else json.WriteNull("trained_tokens");
        WriteError(json, job.Error);
        json.WriteNumber("seed", job.Seed);
        json.WriteString("user_provided_suffix", job.Suffix);
        json.WriteStartArray("integrations");
        json.WriteEndArray();
        json.WriteNull("estimated_finish");
        json.WriteStartObject("metadata");
        foreach (var (key, value) in job.Metadata) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHyperparameters(Utf8JsonWriter json, FineTuningJob job)
    {
        json.WriteStartObject("hyperparameters");
        json.WriteNumber("n_epochs", job.Options.Epochs);
        json.WriteString("batch_size", "auto");
        if (job.LearningRateMultiplier is { } rate) json.WriteNumber("learning_rate_multiplier", rate);
        else json.WriteString("learning_rate_multiplier", "auto");
        if (job.LearnsPreferences) json.WriteNumber("beta", job.Options.Beta);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, JobError? error)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteString("param", error.Param);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JobEvent happened)
    {
        json.WriteStartObject();
        json.WriteString("id", happened.Id);
        json.WriteString("object", "fine_tuning.job.event");
        json.WriteNumber("created_at", happened.CreatedAt);
        json.WriteString("level", happened.Level);
        json.WriteString("message", happened.Message);
        json.WriteString("type", happened.Metrics is null ? "message" : "metrics");
        if (happened.Metrics is { } metrics)
        {
            json.WriteStartObject("data");
            json.WriteNumber("step", metrics.Step);
            json.WriteNumber("total_steps", metrics.TotalSteps);
            json.WriteNumber("train_loss", metrics.Loss);
            json.WriteNumber("learning_rate", metrics.LearningRate);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteCheckpoint(Utf8JsonWriter json, FineTuningJob job)
    {
        json.WriteStartObject();
        json.WriteString("id", CheckpointOf(job));
        json.WriteString("object", "fine_tuning.job.checkpoint");
        json.WriteNumber("created_at", job.FinishedAt ?? job.CreatedAt);
        json.WriteString("fine_tuned_model_checkpoint", job.FineTunedModel);
        json.WriteString("fine_tuning_job_id", job.Id);
        json.WriteNumber("step_number", job.Steps ?? 0);
        json.WriteStartObject("metrics");
        json.WriteNumber("step", job.Steps ?? 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
