using System.Text.Json;

namespace MultiagentFT.Remote.Finetuning;

/// <summary>A finetuning job as the endpoint describes it.</summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Status">Such as <c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="Suffix">As it was created with.</param>
/// <param name="Model">The finetuned model; null until the job has succeeded.</param>
/// <param name="TrainedTokens">0 where the endpoint does not tell.</param>
/// <param name="Error">Why it failed; null where it has not, or nobody says.</param>
internal sealed record JobState(string Id, string Status, string? Suffix, string? Model, long TrainedTokens, string? Error)
{
    public bool HasSucceeded => Status == "succeeded";

    public bool HasFailed => Status is "failed" or "cancelled";

    /// <exception cref="InvalidDataException">It is no job.</exception>
    public static JobState Of(JsonElement job)
    {
        if (job.ValueKind != JsonValueKind.Object || Text(job, "id") is not { Length: > 0 and <= 256 } id || Text(job, "status") is not { } status)
            throw new InvalidDataException("a finetuning job without id and status");
        var error = job.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object ? Text(found, "message") : null;
        var tokens = job.TryGetProperty("trained_tokens", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var count) ? count : 0;
        return new JobState(id, status, Text(job, "user_provided_suffix") ?? Text(job, "suffix"), Text(job, "fine_tuned_model"), Math.Max(0, tokens), error);
    }

    public static string? Text(JsonElement value, string key) =>
        value.TryGetProperty(key, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}
