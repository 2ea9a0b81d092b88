using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Configuration;

/// <summary>All that decides a run's result. The same configuration on the same machine gives the same transcripts and datasets.</summary>
public sealed record RunConfig : AnsweringConfig
{
    /// <summary>Keys of the methods that are run. Default all but ablations.</summary>
    [JsonPropertyName("comparisons")]
    public IReadOnlyList<string> Methods { get; init; } = MethodCatalog.Default.DefaultKeys;

    /// <summary>How often the society finetunes itself. Range [0, 100]. Default 2.</summary>
    public int Iterations { get; init; } = 2;

    /// <summary>Problems debated without labels for the datasets of an iteration. Range [1, 1 000 000]. Default 1000.</summary>
    public int TrainingProblems { get; init; } = 1000;

    /// <summary>
    /// Whether every iteration has training problems of its own; the paper debates the same ones again. Default null: where the task makes as many as are
    /// asked for.
    /// </summary>
    public bool? FreshProblems { get; init; }

    /// <summary>Problems on which accuracy is measured. Range [1, 1 000 000]. Default 500.</summary>
    public int EvaluationProblems { get; init; } = 500;

    /// <summary>
    /// Problems that measure accuracy, of another family or all of a file; a task that is a file is then all for training. Default empty: another
    /// split of the task.
    /// </summary>
    public string EvaluationTask { get; init; } = "";

    /// <summary>
    /// Evaluation debates on which the diversity of a society's agents is measured, the first ones; 0 measures none. Not of remote models. Range [0, 1 000 000]. Default 50.
    /// </summary>
    public int DiversityProblems { get; init; } = DefaultDiversityProblems;

    /// <summary>Where the evaluation problems come from: evaluation, or development to choose settings. Default evaluation.</summary>
    public Split EvaluationSplit { get; init; } = Split.Evaluation;

    /// <summary>What becomes of training problems of a file that are nearly the same as evaluation problems of a file.</summary>
    public NearDuplicateOptions NearDuplicates { get; init; } = new();

    /// <summary>
    /// A file of what people prefer (pairs or labelled answers, as <c>mft feedback --export</c> writes them), which every agent that answers first prompts
    /// learns in each iteration beside its share of the debates. Default empty: none.
    /// </summary>
    public string Feedback { get; init; } = "";

    /// <summary>
    /// Examples with which an agent is finetuned; with fewer it keeps its weights, and where no agent of the run's society has them the run ends.
    /// Range [1, 1 000 000]. Default 8.
    /// </summary>
    public int MinimumExamples { get; init; } = 8;

    /// <summary>Trainings that run side by side; 0 chooses by cores and memory. Range [0, 256]. Default 0.</summary>
    public int Trainers { get; init; }

    /// <summary>
    /// How agents' datasets are built. The default is what was found to teach (<c>benchmarks/LOG.md</c>, 2026-11-26), not the paper's, which <see cref="DatasetOptions"/>
    /// has: agents learn the answers to which a debate has changed their minds, and nothing else.
    /// </summary>
    public DatasetOptions Datasets { get; init; } = new() { GeneratorTarget = GeneratorTarget.Changed, CriticNegativeShare = 1 };

    public TrainingOptions Training { get; init; } = new();

    /// <summary>How agents are trained that learn preferences, in the methods that have such.</summary>
    public PreferenceOptions Preferences { get; init; } = new();

    /// <summary>
    /// A GGUF file, decoder-only, whose hidden states tell how dissimilar responses are. Beside what <c>engine</c> bounds. Default empty: the
    /// base model.
    /// </summary>
    public string EmbeddingModel { get; init; } = "";

    internal const int DefaultDiversityProblems = 50;

    /// <summary>What <see cref="EvaluationTask"/> may be, for messages.</summary>
    internal static string EvaluationTasks { get; } = $"{string.Join(", ", TaskCatalog.Generated)} or {TaskCatalog.Files}";

    /// <summary>The same with absolute paths, so that it means the same in every folder.</summary>
    public RunConfig WithFullPaths() => this with
    {
        Model = ModelPath.Map(Model, Path.GetFullPath),
        Task = TaskCatalog.IsGenerated(Task) ? Task : Path.GetFullPath(Task),
        EvaluationTask = EvaluationTask.Length == 0 || TaskCatalog.IsGenerated(EvaluationTask) ? EvaluationTask : Path.GetFullPath(EvaluationTask),
        Feedback = Feedback.Length == 0 ? Feedback : Path.GetFullPath(Feedback),
        EmbeddingModel = EmbeddingModel.Length == 0 ? EmbeddingModel : Path.GetFullPath(EmbeddingModel),
    };

    /// <summary>The same with paths from a folder on.</summary>
    internal RunConfig RelativeTo(string folder) => this with
    {
        Model = ModelPath.Map(Model, path => RelativePath.Of(path, folder)),
        Task = TaskCatalog.IsGenerated(Task) ? Task : RelativePath.Of(Task, folder),
        EvaluationTask = EvaluationTask.Length == 0 || TaskCatalog.IsGenerated(EvaluationTask) ? EvaluationTask : RelativePath.Of(EvaluationTask, folder),
        Feedback = Feedback.Length == 0 ? Feedback : RelativePath.Of(Feedback, folder),
        EmbeddingModel = EmbeddingModel.Length == 0 ? EmbeddingModel : RelativePath.Of(EmbeddingModel, folder),
    };

    /// <inheritdoc />
    public override IEnumerable<string> Validate() => Validate(MethodCatalog.Default);

    /// <inheritdoc cref="Validate()"/>
    /// <param name="catalog">The methods to choose from.</param>
    public IEnumerable<string> Validate(MethodCatalog catalog)
    {
        foreach (var error in base.Validate().Concat(catalog.Validate(this)).Concat(RemoteLimits.Validate(this, catalog))) yield return error;
        if (Iterations is < 0 or > 100) yield return $"iterations: expected 0 to 100, found {Iterations}";
        if (TrainingProblems is < 1 or > MostProblems) yield return $"trainingProblems: expected 1 to {MostProblems}, found {TrainingProblems}";
        if (EvaluationProblems is < 1 or > MostProblems) yield return $"evaluationProblems: expected 1 to {MostProblems}, found {EvaluationProblems}";
        if (DiversityProblems is < 0 or > MostProblems) yield return $"diversityProblems: expected 0 to {MostProblems}, found {DiversityProblems}";
        if (EmbeddingModel.Length > 0 && DiversityProblems == 0) yield return $"embeddingModel: expected diversityProblems of 1 or more beside it, found {DiversityProblems}";
        if (EvaluationSplit is not (Split.Evaluation or Split.Development))
            yield return $"evaluationSplit: expected evaluation or development, found {EvaluationSplit.ToString().ToLowerInvariant()}";
        if (EvaluationTask.Length > 0 && !TaskCatalog.IsGenerated(EvaluationTask) && !TaskCatalog.IsFile(EvaluationTask))
            yield return $"evaluationTask: expected {EvaluationTasks}, found {EvaluationTask}";
        if (EvaluationTask.Length > 0 && !TaskCatalog.IsGenerated(EvaluationTask) && EvaluationSplit != Split.Evaluation)
            yield return $"evaluationSplit: expected evaluation, as evaluationTask is given, found {EvaluationSplit.ToString().ToLowerInvariant()}";
        // The default is for societies of two and more; where there are fewer agents, all of them stand behind a vote.
        if (Datasets.MinimumVotes > Math.Max(Debate.Agents, new DatasetOptions().MinimumVotes))
            yield return $"datasets.minimumVotes: expected 1 to the {Debate.Agents} agents that vote, found {Datasets.MinimumVotes}";
        if (MinimumExamples is < 1 or > MostProblems) yield return $"minimumExamples: expected 1 to {MostProblems}, found {MinimumExamples}";
        if (Trainers is < 0 or > 256) yield return $"trainers: expected 0 to 256, found {Trainers}";
        foreach (var error in FeedbackErrors(catalog).Concat(NearDuplicates.Validate())) yield return error;
        var parts = Prefixed("datasets", Datasets.Validate()).Concat(Prefixed("training", Training.Validate())).Concat(Prefixed("preferences", Preferences.Validate()));
        foreach (var error in parts) yield return error;
    }

    private IEnumerable<string> FeedbackErrors(MethodCatalog catalog)
    {
        if (Feedback.Length == 0) yield break;
        if (Iterations == 0 || catalog.Methods.All(method => method.Learner is null || !Methods.Contains(method.Key)))
            yield return $"feedback: expected a method that learns and an iteration beside it, found {(Iterations == 0 ? "no iteration" : "no such method")}";
        if (Training.Objective != new TrainingOptions().Objective)
            yield return $"training.objective: expected {new TrainingOptions().Objective} beside feedback, which is learned by its own objective, found {Training.Objective}";
    }
}
