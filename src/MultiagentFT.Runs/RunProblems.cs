using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs;

/// <summary>The problems of a run.</summary>
/// <param name="Training">Debated without their labels, by iteration.</param>
/// <param name="Evaluation">Measure accuracy.</param>
public sealed record RunProblems(IReadOnlyList<IReadOnlyList<Problem>> Training, IReadOnlyList<Problem> Evaluation)
{
    /// <summary>As a number of problems: as many as there are.</summary>
    public const int All = int.MaxValue;

    /// <summary>Characters of a problem in a message.</summary>
    private const int LongestExample = 80;

    /// <summary>Reads the answers to those that measure accuracy; null: as to the others.</summary>
    internal IDebateTask? EvaluationTask { get; init; }

    /// <summary>What is to be said of a file that evaluation problems alone come from.</summary>
    private IReadOnlyList<string> EvaluationNotes { get; init; } = [];

    /// <summary>Training problems nearly the same as an evaluation problem: those that were left out, where such are.</summary>
    private Func<IReadOnlyList<NearDuplicate>> Found { get; init; } = () => [];

    /// <exception cref="InputException">The task has too few problems, the same ones for training and evaluation, or nearly the same ones where that is refused.</exception>
    public static RunProblems Draw(RunConfig config, IDebateTask task)
    {
        var seed = new Seed(config.Seed);
        var lots = Lots(config, task);
        var wanted = config.TrainingProblems * lots;
        var evaluationTask = OpenEvaluationTask(config, task);
        Require(task, TrainingSplit(config), config.TrainingProblems, "training-problems", lots);
        Require(evaluationTask, EvaluationSplit(config), config.EvaluationProblems, "evaluation-problems");
        var evaluation = DrawEvaluation(config, evaluationTask);
        var (pool, dropped) = DropsNearDuplicates(config, task, evaluationTask) ? Pool(config, task, evaluation) : ([], []);
        if (dropped.Count > 0 && pool.Count < wanted)
        {
            throw new InputException(
                task.Name, $"split {TrainingSplit(config).ToString().ToLowerInvariant()}", $"{wanted} problems",
                $"{pool.Count}, as {dropped.Count} are nearly the same as an evaluation problem; give --training-problems {pool.Count / lots}");
        }
        var training = dropped.Count > 0 ? [.. pool.Take(wanted)] : task.Draw(TrainingSplit(config), wanted, seed.Of("training-problems"));
        var shared = training.Select(problem => problem.Id).Intersect(evaluation.Select(problem => problem.Id)).ToList();
        if (shared.Count > 0)
        {
            throw new InputException(
                evaluationTask.Name, null, "other problems for evaluation than for training", $"{shared.Count} in both, such as {shared[0]}");
        }
        var chunks = training.Chunk(config.TrainingProblems).ToArray();
        var problems = new RunProblems([.. Enumerable.Range(0, config.Iterations).Select(iteration => chunks[iteration % lots])], evaluation) { EvaluationTask = evaluationTask, EvaluationNotes = evaluationTask == task ? [] : evaluationTask.Notes };
        if (!AreCompared(task, evaluationTask)) return problems;
        if (config.NearDuplicates.Action == NearDuplicateAction.Drop) return problems with { Found = () => dropped };
        problems = problems with { Found = () => NearDuplicates.Find([.. problems.Training.SelectMany(lot => lot).Distinct()], evaluation, config.NearDuplicates.Similarity) };
        if (config.NearDuplicates.Action == NearDuplicateAction.Refuse && problems.Found() is { Count: > 0 } found)
            throw new InputException(task.Name, "nearDuplicates", "no training problem that is nearly the same as an evaluation problem", Describe(found));
        return problems;
    }

    /// <summary>What is to be said of the file that evaluation problems alone come from, and of near duplicates.</summary>
    /// <param name="config">Of the run.</param>
    public IEnumerable<string> Notes(RunConfig config) => [.. EvaluationNotes, .. NearDuplicateNote(config) is { } note ? (string[])[note] : []];

    /// <summary>
    /// What is to be said of training problems that are nearly the same as evaluation problems, null where there are none. Takes a fraction of a second for
    /// ten thousand problems.
    /// </summary>
    /// <param name="config">Of the run.</param>
    public string? NearDuplicateNote(RunConfig config) => Found() is { Count: > 0 } found
        ? $"nearDuplicates: {Describe(found)}: "
            + (config.NearDuplicates.Action == NearDuplicateAction.Drop ? "left out of training" : "accuracy may be too high (--near-duplicates drop leaves them out, refuse ends the run)")
        : null;

    private static string Describe(IReadOnlyList<NearDuplicate> found) =>
        (found.Count == 1 ? "1 training problem is" : $"{found.Count} training problems are")
        + $" nearly the same as an evaluation problem, such as {found[0].Training.Id} ({Shorten(found[0].Training.Question)}) and {found[0].Evaluation.Id} ({Shorten(found[0].Evaluation.Question)})";

    private static string Shorten(string question) => question.Length <= LongestExample ? question : question[..LongestExample].TrimEnd() + "...";

    /// <summary>Only problems of files: those of a generated family are other problems where their numbers are.</summary>
    private static bool AreCompared(IDebateTask task, IDebateTask evaluationTask) => task.Available(Split.All) is not null && evaluationTask.Available(Split.All) is not null;

    private static bool DropsNearDuplicates(RunConfig config, IDebateTask task, IDebateTask evaluationTask) =>
        config.NearDuplicates.Action == NearDuplicateAction.Drop && AreCompared(task, evaluationTask);

    private static IReadOnlyList<Problem> DrawEvaluation(RunConfig config, IDebateTask evaluationTask) =>
        evaluationTask.Draw(EvaluationSplit(config), config.EvaluationProblems, new Seed(config.Seed).Of("evaluation-problems"));

    /// <summary>All training problems in the order in which they are drawn, but those that are nearly the same as one of evaluation.</summary>
    private static (IReadOnlyList<Problem> Pool, IReadOnlyList<NearDuplicate> Dropped) Pool(RunConfig config, IDebateTask task, IReadOnlyList<Problem> evaluation)
    {
        var split = TrainingSplit(config);
        var all = task.Draw(split, task.Available(split)!.Value, new Seed(config.Seed).Of("training-problems"));
        var found = NearDuplicates.Find(all, evaluation, config.NearDuplicates.Similarity);
        var dropped = found.Select(pair => pair.Training.Id).ToHashSet();
        return ([.. all.Where(problem => !dropped.Contains(problem.Id))], found);
    }

    /// <summary>
    /// The configuration with numbers of problems that the task has: <see cref="All"/> becomes as many as there are, and a number that
    /// nobody asked for no more than that.
    /// </summary>
    /// <param name="config">Of the run.</param>
    /// <param name="task">Its task.</param>
    /// <param name="isTrainingGiven">Whether somebody asked for the number of training problems.</param>
    /// <param name="isEvaluationGiven">Whether somebody asked for the number of evaluation problems.</param>
    /// <exception cref="InputException">All problems are asked for of a task that makes them as they are drawn.</exception>
    public static RunConfig Fit(RunConfig config, IDebateTask task, bool isTrainingGiven, bool isEvaluationGiven)
    {
        var evaluationTask = OpenEvaluationTask(config, task);
        config = config with { EvaluationProblems = Fit(config.EvaluationProblems, evaluationTask, EvaluationSplit(config), isEvaluationGiven) };
        var lots = Lots(config, task);
        var training = Fit(config.TrainingProblems, task, TrainingSplit(config), isTrainingGiven, lots);
        if (DropsNearDuplicates(config, task, evaluationTask) && (config.TrainingProblems == All || !isTrainingGiven))
        {
            Require(evaluationTask, EvaluationSplit(config), config.EvaluationProblems, "evaluation-problems");
            training = Math.Min(training, Math.Max(1, Pool(config, task, DrawEvaluation(config, evaluationTask)).Pool.Count / lots));
        }
        return config with { TrainingProblems = training };
    }

    /// <summary>As many as are asked for, which may be <see cref="All"/>, or as there are where nobody asked.</summary>
    /// <inheritdoc cref="Fit(RunConfig, IDebateTask, bool, bool)" path="/exception"/>
    public static int Fit(int count, IDebateTask task, Split split, bool isGiven, int lots = 1)
    {
        var available = task.Available(split) / lots;
        if (count == All) return available ?? throw new InputException(task.Name, "problems", "a number, as they are made as they are drawn", "all");
        return isGiven || available is null or 0 ? count : Math.Min(count, available.Value);
    }

    /// <exception cref="InputException">A split does not hold that many; the message says what to ask for.</exception>
    /// <param name="task">Whose problems.</param>
    /// <param name="split">Which of them.</param>
    /// <param name="count">How many a lot.</param>
    /// <param name="option">Where the number comes from.</param>
    /// <param name="lots">How many lots, none with a problem of another.</param>
    public static void Require(IDebateTask task, Split split, int count, string option, int lots = 1)
    {
        if (task.Available(split) is not { } available || (long)count * lots <= available) return;
        var all = task.Available(Split.All);
        var name = split.ToString().ToLowerInvariant();
        var hint = available < lots ? "give a larger file" : $"give --{option} {available / lots}";
        if (split != Split.All && (option is "count" or "problems")) hint += $", or --split all for all {all}";
        if (option == "evaluation-problems" && split != Split.All) hint += ", or more problems in an --evaluation-task";
        throw new InputException(task.Name, $"split {name}", lots == 1 ? $"{count} problems" : $"{lots} times {count} fresh problems", $"{available} of {all}; {hint}");
    }

    private static int Lots(RunConfig config, IDebateTask task) =>
        config.FreshProblems ?? task.Available(TrainingSplit(config)) is null ? Math.Max(1, config.Iterations) : 1;

    private static IDebateTask OpenEvaluationTask(RunConfig config, IDebateTask task)
    {
        if (config.EvaluationTask.Length == 0) return task;
        var isGenerated = TaskCatalog.IsGenerated(config.EvaluationTask);
        if (!isGenerated && !TaskCatalog.IsFile(config.EvaluationTask))
            throw new InputException("evaluationTask", null, RunConfig.EvaluationTasks, config.EvaluationTask);
        return (config with { Task = config.EvaluationTask, TaskFile = isGenerated ? new TaskFileOptions() : config.TaskFile }).OpenTask();
    }

    private static Split EvaluationSplit(RunConfig config) => config.EvaluationTask.Length == 0 || TaskCatalog.IsGenerated(config.EvaluationTask) ? config.EvaluationSplit : Split.All;

    private static Split TrainingSplit(RunConfig config) =>
        config.EvaluationTask.Length > 0 && !TaskCatalog.IsGenerated(config.Task) ? Split.All : Split.Training;
}
