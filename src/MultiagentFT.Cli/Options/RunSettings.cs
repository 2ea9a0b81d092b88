using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Cli.Options;

/// <summary>A run's configuration as options; their names are the keys of configuration files.</summary>
internal static class RunSettings
{
    /// <summary>Read by one method alone.</summary>
    public const string BestTemperature = "--best-temperature";

    /// <summary>Everything that decides a run.</summary>
    public static Settings<RunConfig> OfRun() => new Settings<RunConfig>(new RunConfig())
        .Include(DebateConfigSettings.Create(), config => config, (_, config) => (RunConfig)config)
        .Include(OfEvaluation(), config => config, (_, config) => (RunConfig)config)
        .Number("--iterations", "How often the society finetunes itself: 0 to 100",
            config => config.Iterations, (config, value) => config with { Iterations = value })
        .Count("--training-problems", "Problems debated without labels",
            config => config.TrainingProblems, (config, value) => config with { TrainingProblems = value })
        .Flag("--fresh-problems", "New training problems in every iteration, not the same ones again", config => config with { FreshProblems = true })
        .Flag("--same-problems", "The same training problems in every iteration, as in the paper", config => config with { FreshProblems = false })
        .Count("--evaluation-problems", "Problems that measure accuracy",
            config => config.EvaluationProblems, (config, value) => config with { EvaluationProblems = value })
        .Text("--evaluation-task", "Another family, or a file, whose problems measure accuracy; a file of the task is then all for training [default: another split of the task]", "task",
            config => config.EvaluationTask, (config, value) => config with { EvaluationTask = FullTask(value) })
        .Choice<Split>("--evaluation-split", "evaluation, or development while settings are chosen",
            config => config.EvaluationSplit, (config, value) => config with { EvaluationSplit = value })
        .Number("--diversity-problems", "Evaluation debates, the first ones, on which the diversity of a society's agents is measured; 0: none",
            config => config.DiversityProblems, (config, value) => config with { DiversityProblems = value })
        .Text("--embedding-model", "GGUF file of a model whose hidden states tell how dissimilar agents' responses are, or arithmetic-3m or families-3m [default: the base model]", TypedOption.Model,
            config => config.EmbeddingModel, (config, value) => config with { EmbeddingModel = Path.GetFullPath(value) })
        .Choice<NearDuplicateAction>("--near-duplicates", "Training problems of a file that are nearly the same as evaluation problems of a file: say so, leave them out, or end",
            config => config.NearDuplicates.Action, (config, value) => config with { NearDuplicates = config.NearDuplicates with { Action = value } })
        .Number("--near-duplicate-similarity", "From which similarity of words on they are that, where numbers and operators are equal: up to 1",
            config => config.NearDuplicates.Similarity, (config, value) => config with { NearDuplicates = config.NearDuplicates with { Similarity = value } })
        .Texts("--comparisons", "Methods to run: " + string.Join("; ", MethodCatalog.Default.Methods.Select(method => $"{method.Key}: {method.Description}")),
            string.Join('|', MethodCatalog.Default.Keys), _ => MethodCatalog.Default.DefaultKeys, (config, value) => config with { Methods = value })
        .Text("--feedback", "What people prefer, as mft feedback --export writes it: agents that answer first prompts learn it in every iteration beside the debates", "file",
            config => config.Feedback, (config, value) => config with { Feedback = Path.GetFullPath(value) })
        .Number("--minimum-examples", "Examples with which an agent is finetuned; with fewer it keeps its weights, and where no agent of the society has them the run ends",
            config => config.MinimumExamples, (config, value) => config with { MinimumExamples = value })
        .Number("--trainers", "Trainings side by side; 0 chooses",
            config => config.Trainers, (config, value) => config with { Trainers = value })
        .Include(DatasetSettings.Create(), config => config.Datasets, (config, value) => config with { Datasets = value })
        .Include(TrainingSettings.Create(TrainingSettings.Prefix), config => config.Training, (config, value) => config with { Training = value })
        .Include(PreferenceSettings.Create(), config => config.Preferences, (config, value) => config with { Preferences = value });

    /// <summary>Where problems come from.</summary>
    public static Settings<AnsweringConfig> OfProblems() => new Settings<AnsweringConfig>(new AnsweringConfig())
        .Text("--task", "arithmetic, word-problems or symbolic, or a file of problems: .jsonl, .csv or .parquet; - for JSON Lines from standard input where nothing is continued", "task",
            config => config.Task, (config, value) => config with { Task = FullTask(value) })
        .Include(TaskFileSettings.Create(), config => config.TaskFile, (config, value) => config with { TaskFile = value })
        .Number("--chunk-problems", "Problems debated together; an interruption repeats at most these",
            config => config.ChunkProblems, (config, value) => config with { ChunkProblems = value });

    /// <summary>Where problems come from, and how a baseline answers them.</summary>
    public static Settings<AnsweringConfig> OfEvaluation() => OfProblems()
        .Number(BestTemperature, "Temperature of majority-best-temperature, best chosen on the development split",
            config => config.BestTemperature, (config, value) => config with { BestTemperature = value });

    private static string FullTask(string value) =>
        TaskCatalog.IsFile(value) ? Path.GetFullPath(value) : value;
}
