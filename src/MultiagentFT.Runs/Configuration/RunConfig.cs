using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Runs.Configuration;

/// <summary>All that decides a run's result. The same configuration on the same machine gives the same transcripts and datasets.</summary>
public sealed record RunConfig : AnsweringConfig
{
    /// <summary>Which methods are run. Default all.</summary>
    [JsonPropertyName("comparisons")]
    public IReadOnlyList<Method> Methods { get; init; } = Enum.GetValues<Method>();

    /// <summary>How often the society finetunes itself. Range [0, 100]. Default 2.</summary>
    public int Iterations { get; init; } = 2;

    /// <summary>Problems debated without labels for the datasets. Range [1, 1 000 000]. Default 500.</summary>
    public int TrainingProblems { get; init; } = 500;

    /// <summary>Problems on which accuracy is measured. Range [1, 1 000 000]. Default 500.</summary>
    public int EvaluationProblems { get; init; } = 500;

    /// <summary>Where the evaluation problems come from: evaluation, or development to choose settings. Default evaluation.</summary>
    public Split EvaluationSplit { get; init; } = Split.Evaluation;

    /// <summary>Trainings that run side by side; 0 chooses by cores and memory. Range [0, 256]. Default 0.</summary>
    public int Trainers { get; init; }

    public DatasetOptions Datasets { get; init; } = new();

    public TrainingOptions Training { get; init; } = new();

    /// <summary>The same with absolute paths, so that it means the same in every folder.</summary>
    public RunConfig WithFullPaths() => this with
    {
        Model = Path.GetFullPath(Model),
        Task = Task == TaskCatalog.Arithmetic ? Task : Path.GetFullPath(Task),
    };

    /// <summary>Whether anything is trained.</summary>
    public bool Trains() => Iterations > 0 && Methods.Any(method => method.IsFinetuned());

    /// <inheritdoc />
    public override IEnumerable<string> Validate()
    {
        foreach (var error in base.Validate()) yield return error;
        if (Methods.Count == 0) yield return $"comparisons: expected at least one of {AllMethods}, found none";
        foreach (var method in Methods.Where(method => !Enum.IsDefined(method)))
            yield return $"comparisons: expected {AllMethods}, found {(int)method}";
        if (Methods.Distinct().Count() != Methods.Count) yield return "comparisons: expected each method once, found a repetition";
        if (Iterations is < 0 or > 100) yield return $"iterations: expected 0 to 100, found {Iterations}";
        if (Iterations == 0 && Methods.Count > 0 && Methods.All(method => method.IsFinetuned()))
            yield return $"iterations: expected 1 or more, as only finetuned methods are compared, found {Iterations}";
        if (TrainingProblems is < 1 or > MostProblems) yield return $"trainingProblems: expected 1 to {MostProblems}, found {TrainingProblems}";
        if (EvaluationProblems is < 1 or > MostProblems) yield return $"evaluationProblems: expected 1 to {MostProblems}, found {EvaluationProblems}";
        if (EvaluationSplit is not (Split.Evaluation or Split.Development))
            yield return $"evaluationSplit: expected evaluation or development, found {EvaluationSplit.ToString().ToLowerInvariant()}";
        if (Trainers is < 0 or > 256) yield return $"trainers: expected 0 to 256, found {Trainers}";
        if (Methods.Contains(Method.MultiagentFt) && Debate.Rounds < 2 && Iterations > 0)
            yield return $"debate.rounds: expected 2 or more, so that critics have something to learn, found {Debate.Rounds}";
        var parts = Prefixed("datasets", Datasets.Validate()).Concat(Prefixed("training", Training.Validate()));
        foreach (var error in parts) yield return error;
    }

    private static string AllMethods => string.Join(", ", Enum.GetValues<Method>().Select(method => method.Key()));
}
