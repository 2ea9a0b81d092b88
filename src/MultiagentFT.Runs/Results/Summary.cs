using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Results;

/// <summary>A run's result: <c>summary.json</c>.</summary>
public sealed record Summary
{
    /// <summary>Version of the file, <see cref="FileFormat.Current"/>.</summary>
    public required int Format { get; init; }

    /// <summary>Baselines first, then by iteration.</summary>
    public required IReadOnlyList<MethodResult> Methods { get; init; }

    /// <summary>The last finetuned society against every other method.</summary>
    public required IReadOnlyList<Gain> Gains { get; init; }

    /// <summary>Every row of <see cref="Methods"/> whose accuracy is known against every such row before it.</summary>
    public IReadOnlyList<Gain> Differences { get; init; } = [];

    /// <summary>What each method learned from, by iteration.</summary>
    public IReadOnlyList<LabelQuality> Labels { get; init; } = [];

    /// <summary>The base and the last finetuned society by how hard the problems are; null where nothing tells that.</summary>
    public Difficulty? Difficulty { get; init; }

    public required string Task { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>N.</summary>
    public required int Agents { get; init; }

    /// <summary>M.</summary>
    public required int Rounds { get; init; }

    public required int Iterations { get; init; }

    public required int TrainingProblems { get; init; }

    public required ModelDescription Model { get; init; }

    public required Machine Machine { get; init; }

    public required string Version { get; init; }

    public required string Commit { get; init; }

    /// <summary>The summary of a run that ended.</summary>
    /// <exception cref="InputException">There is none, or the file is something else or of another format.</exception>
    public static Summary Read(RunLayout layout) => JsonFile.ReadVersioned<Summary>(layout.Summary);

    public static Summary Of(
        RunConfig config, IDebateTask task, ModelDescription model, IReadOnlyList<Evaluation> evaluations, IReadOnlyList<LabelQuality> labels) => new()
        {
            Format = FileFormat.Current,
            Methods = [.. evaluations.Select(evaluation => evaluation.Result(task))],
            Gains = Gain.OfLast(evaluations),
            Differences = Gain.OfAll(evaluations),
            Labels = labels,
            // Where files lay is in config.json and inputs.json; a summary may go anywhere.
            Task = Path.GetFileName(task.Name),
            Seed = config.Seed,
            Agents = config.Debate.Agents,
            Rounds = config.Debate.Rounds,
            Iterations = config.Iterations,
            TrainingProblems = config.TrainingProblems,
            Model = model with { Path = ModelPath.Map(model.Path, path => Path.GetFileName(path)) },
            Machine = Machine.Current(),
            Version = ProductVersion.Current.Version,
            Commit = ProductVersion.Current.Commit,
        };
}
