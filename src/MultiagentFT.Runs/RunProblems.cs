using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs;

/// <summary>The problems of a run.</summary>
/// <param name="Training">Debated without their labels.</param>
/// <param name="Evaluation">Measure accuracy.</param>
public sealed record RunProblems(IReadOnlyList<Problem> Training, IReadOnlyList<Problem> Evaluation)
{
    /// <exception cref="InputException">The task has too few problems, or the same ones for training and evaluation.</exception>
    public static RunProblems Draw(RunConfig config, IDebateTask task)
    {
        var seed = new Seed(config.Seed);
        var training = task.Draw(Split.Training, config.TrainingProblems, seed.Of("training-problems"));
        var evaluation = task.Draw(config.EvaluationSplit, config.EvaluationProblems, seed.Of("evaluation-problems"));
        var shared = training.Select(problem => problem.Id).Intersect(evaluation.Select(problem => problem.Id)).ToList();
        if (shared.Count == 0) return new RunProblems(training, evaluation);
        throw new InputException(
            task.Name, null, "other problems for evaluation than for training", $"{shared.Count} in both, such as {shared[0]}");
    }
}
