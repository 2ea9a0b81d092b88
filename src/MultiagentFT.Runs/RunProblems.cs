using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs;

/// <summary>The problems of a run.</summary>
/// <param name="Training">Debated without their labels, by iteration.</param>
/// <param name="Evaluation">Measure accuracy.</param>
public sealed record RunProblems(IReadOnlyList<IReadOnlyList<Problem>> Training, IReadOnlyList<Problem> Evaluation)
{
    /// <exception cref="InputException">The task has too few problems, or the same ones for training and evaluation.</exception>
    public static RunProblems Draw(RunConfig config, IDebateTask task)
    {
        var seed = new Seed(config.Seed);
        var lots = config.FreshProblems ? Math.Max(1, config.Iterations) : 1;
        var training = task.Draw(Split.Training, config.TrainingProblems * lots, seed.Of("training-problems"));
        var evaluation = task.Draw(config.EvaluationSplit, config.EvaluationProblems, seed.Of("evaluation-problems"));
        var shared = training.Select(problem => problem.Id).Intersect(evaluation.Select(problem => problem.Id)).ToList();
        if (shared.Count > 0)
        {
            throw new InputException(
                task.Name, null, "other problems for evaluation than for training", $"{shared.Count} in both, such as {shared[0]}");
        }
        var chunks = training.Chunk(config.TrainingProblems).ToArray();
        return new RunProblems([.. Enumerable.Range(0, config.Iterations).Select(iteration => chunks[iteration % lots])], evaluation);
    }
}
