namespace MultiagentFT.Remote.Tests.Endpoint;

/// <summary>A finetuning job of the fake endpoint.</summary>
internal sealed record FakeJob(string Id, string Model, string File, string? Suffix, int? Seed, int Epochs)
{
    /// <summary>How often somebody has asked for it.</summary>
    public int Polls { get; set; }

    public string? Error { get; set; }

    public object Json(int pollsUntilDone, long tokens) => new
    {
        id = Id,
        @object = "fine_tuning.job",
        created_at = 1,
        finished_at = (long?)null,
        model = Model,
        fine_tuned_model = Status(pollsUntilDone) == "succeeded" ? $"ft:{Model}:{Suffix}" : null,
        organization_id = "org",
        status = Status(pollsUntilDone),
        hyperparameters = new { n_epochs = Epochs },
        training_file = File,
        validation_file = (string?)null,
        result_files = Array.Empty<string>(),
        trained_tokens = Status(pollsUntilDone) == "succeeded" ? tokens : (long?)null,
        error = Error is null ? null : new { code = "bad_file", message = Error, param = "training_file" },
        user_provided_suffix = Suffix,
        seed = Seed ?? 0,
        method = new { type = "supervised", supervised = new { hyperparameters = new { n_epochs = Epochs } } },
    };

    private string Status(int pollsUntilDone) => Error is not null ? "failed" : Polls >= pollsUntilDone ? "succeeded" : "running";
}
