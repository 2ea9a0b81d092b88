using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
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

    /// <exception cref="InputException">The task has too few problems, or the same ones for training and evaluation.</exception>
    public static RunProblems Draw(RunConfig config, IDebateTask task)
    {
        var seed = new Seed(config.Seed);
        var lots = Lots(config, task);
        var wanted = config.TrainingProblems * lots;
        var evaluationTask = EvaluationTask(config, task);
        Require(task, TrainingSplit(config), config.TrainingProblems, "training-problems", lots);
        Require(evaluationTask, EvaluationSplit(config), config.EvaluationProblems, "evaluation-problems");
        var training = task.Draw(TrainingSplit(config), wanted, seed.Of("training-problems"));
        var evaluation = evaluationTask.Draw(EvaluationSplit(config), config.EvaluationProblems, seed.Of("evaluation-problems"));
        var shared = training.Select(problem => problem.Id).Intersect(evaluation.Select(problem => problem.Id)).ToList();
        if (shared.Count > 0)
        {
            throw new InputException(
                evaluationTask.Name, null, "other problems for evaluation than for training", $"{shared.Count} in both, such as {shared[0]}");
        }
        var chunks = training.Chunk(config.TrainingProblems).ToArray();
        return new RunProblems([.. Enumerable.Range(0, config.Iterations).Select(iteration => chunks[iteration % lots])], evaluation);
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
    public static RunConfig Fit(RunConfig config, IDebateTask task, bool isTrainingGiven, bool isEvaluationGiven) => config with
    {
        TrainingProblems = Fit(config.TrainingProblems, task, TrainingSplit(config), isTrainingGiven, Lots(config, task)),
        EvaluationProblems = Fit(config.EvaluationProblems, EvaluationTask(config, task), EvaluationSplit(config), isEvaluationGiven),
    };

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

    private static IDebateTask EvaluationTask(RunConfig config, IDebateTask task)
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
