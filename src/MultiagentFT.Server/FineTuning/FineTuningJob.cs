using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Server.FineTuning;

/// <summary>A finetuning job, as <c>job.json</c> has it. What is fixed when it is created makes the same adapter whenever it runs.</summary>
internal sealed record FineTuningJob
{
    public required string Id { get; init; }

    /// <summary>The served model whose weights it starts from.</summary>
    public required string Model { get; init; }

    public required string TrainingFile { get; init; }

    /// <summary>The served name of what it trains.</summary>
    public required string FineTunedModel { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>Greater than that of every job added before: within a second creation times say nothing.</summary>
    public long Number { get; init; }

    public required int Seed { get; init; }

    public required TrainingOptions Options { get; init; }

    /// <summary>Null: the default (<c>auto</c>).</summary>
    public int? Epochs { get; init; }

    /// <summary>Null: the default (<c>auto</c>).</summary>
    public double? LearningRateMultiplier { get; init; }

    public string? Suffix { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public JobStatus Status { get; init; } = JobStatus.ValidatingFiles;

    public long? FinishedAt { get; init; }

    public long? TrainedTokens { get; init; }

    public int? Steps { get; init; }

    public JobError? Error { get; init; }

    /// <summary>Whether its training file has pairs of answers.</summary>
    public bool LearnsPreferences => Options.Objective == JobMethod.Dpo;

    /// <summary>Whether it has ended one way or another.</summary>
    public bool HasEnded => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    /// <summary>Whether the adapter was deleted after it had been trained.</summary>
    public bool IsDeleted { get; init; }
}
