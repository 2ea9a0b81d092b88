using System.Text.Json.Serialization;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;

namespace MultiagentFT.Runs.Configuration;

/// <summary>All that decides the answers to a task's problems but who gives them.</summary>
public record AnsweringConfig : DebateConfig
{
    /// <summary>The largest number of problems of any kind.</summary>
    public const int MostProblems = 1_000_000;

    internal const float DefaultBestTemperature = 1.2f;

    /// <summary><c>arithmetic</c>, <c>word-problems</c>, <c>symbolic</c>, or the path of a file of problems (JSONL, CSV, Parquet). Default arithmetic.</summary>
    [JsonPropertyOrder(-1)]
    public string Task { get; init; } = TaskCatalog.Arithmetic;

    /// <summary>Which problems of a file are taken, and where they stand in its rows.</summary>
    public TaskFileOptions TaskFile { get; init; } = new();

    /// <summary>
    /// The temperature of the method <c>majority-best-temperature</c>: where votes of the base model are best. Range [0, 100]. The default was
    /// chosen for the embedded model on the development split, among 0.6, 0.8, 1, 1.2 and 1.5.
    /// </summary>
    public float BestTemperature { get; init; } = DefaultBestTemperature;

    /// <summary>Problems debated together; an interrupted run repeats at most this many. Range [1, 1 000 000]. Default 100.</summary>
    public int ChunkProblems { get; init; } = 100;

    /// <summary>The task, graded and filtered as the configuration says.</summary>
    /// <exception cref="Foundation.InputException">There is no such task, or its file is not one of problems.</exception>
    public IDebateTask OpenTask() => TaskCatalog.Open(Task, Grading, TaskFile);

    /// <inheritdoc />
    public override IEnumerable<string> Validate()
    {
        foreach (var error in base.Validate()) yield return error;
        if (string.IsNullOrWhiteSpace(Task)) yield return $"task: expected {string.Join(", ", TaskCatalog.Generated)} or the path of a file of problems, found none";
        if (!(BestTemperature is >= 0 and <= 100)) yield return $"bestTemperature: expected 0 to 100, found {BestTemperature}";
        if (ChunkProblems is < 1 or > MostProblems) yield return $"chunkProblems: expected 1 to {MostProblems}, found {ChunkProblems}";
    }
}
