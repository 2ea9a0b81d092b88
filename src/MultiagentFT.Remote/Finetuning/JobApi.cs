using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI.Files;
using OpenAI.FineTuning;

namespace MultiagentFT.Remote.Finetuning;

/// <summary>Files and finetuning jobs of an endpoint, through the official clients. What comes back is read here, as it may be anything.</summary>
internal sealed class JobApi(RemoteEndpoint endpoint)
{
    private const int Page = 100;

    /// <summary>Pages of jobs that are looked through, at most.</summary>
    private const int MostPages = 100;

    /// <returns>The id of the uploaded file.</returns>
    public async Task<string> UploadAsync(byte[] content, string name, CancellationToken cancellation)
    {
        using var stream = new MemoryStream(content);
        var file = await endpoint.Files.UploadFileAsync(stream, name, FileUploadPurpose.FineTune, cancellation).ConfigureAwait(false);
        return Id(file.Value.Id);
    }

    /// <returns>The id of an uploaded file of a name; null: there is none.</returns>
    public async Task<string?> FindFileAsync(string name, CancellationToken cancellation)
    {
        var result = await endpoint.Files.GetFilesAsync("fine-tune", new RequestOptions { CancellationToken = cancellation }).ConfigureAwait(false);
        foreach (var file in List(result))
        {
            if (JobState.Text(file, "filename") == name && JobState.Text(file, "status") is not ("error" or "deleted") && JobState.Text(file, "id") is { } id) return Id(id);
        }
        return null;
    }

    public async Task<JobState> CreateAsync(string model, string file, string suffix, JobSettings settings, CancellationToken cancellation)
    {
        var options = new FineTuningOptions
        {
            Suffix = suffix,
            Seed = settings.Seed,
            TrainingMethod = settings.LearningRateMultiplier is { } rate
                ? FineTuningTrainingMethod.CreateSupervised(epochCount: settings.Epochs, learningRate: rate)
                : FineTuningTrainingMethod.CreateSupervised(epochCount: settings.Epochs),
        };
        var job = await endpoint.FineTuning.FineTuneAsync(model, file, waitUntilCompleted: false, options, cancellation).ConfigureAwait(false);
        return Read(job.GetRawResponse());
    }

    public async Task<JobState> GetAsync(string id, CancellationToken cancellation)
    {
        var job = await endpoint.FineTuning.GetJobAsync(id, cancellation).ConfigureAwait(false);
        return Read(job.GetRawResponse());
    }

    /// <returns>A job with a suffix that has not failed; null: there is none.</returns>
    public async Task<JobState?> FindAsync(string suffix, CancellationToken cancellation)
    {
        var pages = 0;
        await foreach (var page in endpoint.FineTuning.GetJobsAsync(new FineTuningJobCollectionOptions { PageSize = Page }, cancellation).GetRawPagesAsync().ConfigureAwait(false))
        {
            foreach (var job in List(page).Select(JobState.Of))
                if (job.Suffix == suffix && !job.HasFailed) return job;
            if (++pages == MostPages) break;
        }
        return null;
    }

    private static JobState Read(PipelineResponse response)
    {
        using var document = JsonDocument.Parse(response.Content);
        return JobState.Of(document.RootElement.Clone());
    }

    private static List<JsonElement> List(ClientResult result)
    {
        using var document = JsonDocument.Parse(result.GetRawResponse().Content);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? [.. data.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(item => item.Clone())]
            : throw new InvalidDataException("a list without data");
    }

    private static string Id(string id) => id.Length is > 0 and <= 256 ? id : throw new InvalidDataException("a file without an id");
}
