using System.Text.Json;

namespace MultiagentFT.Runs.Experiments;

/// <summary>An experiment as its file states it: every model on every task, measured on every evaluation task, with every seed, all with the same settings.</summary>
public sealed record ExperimentFile
{
    /// <summary>The title of the report. Default: the file's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>GGUF files, relative to the experiment file, or <c>embedded</c>. Default embedded.</summary>
    public IReadOnlyList<string> Models { get; init; } = [EmbeddedModel];

    /// <summary>Names of generated families (<c>arithmetic</c>, <c>word-problems</c>, <c>symbolic</c>), or files of problems relative to the experiment file. Default arithmetic.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = ["arithmetic"];

    /// <summary>
    /// Names of families or files, as in <see cref="Tasks"/>, on which the societies of every task are measured; on their own task by another split of it.
    /// Each is a run of its own, which takes over from the others with the same task and seed what does not depend on where they are measured, as the society's debates and trainings;
    /// a method that answers as often as a debate takes tokens has other ones on every evaluation task. Default none: their own task.
    /// </summary>
    public IReadOnlyList<string> EvaluationTasks { get; init; } = [];

    /// <summary>Seeds of the runs. Default 1.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [1];

    /// <summary>Settings of every run: the keys of a run's configuration file but model, task and seed.</summary>
    public JsonElement? Run { get; init; }

    /// <summary>Stands for the model that ships with the program.</summary>
    public const string EmbeddedModel = "embedded";
}
