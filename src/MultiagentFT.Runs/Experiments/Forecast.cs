using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Experiments;

/// <summary>What runs will take, before they are run.</summary>
/// <param name="Answers">Answers and summaries to generate.</param>
/// <param name="MostTokens">New tokens of them if each took all that it may.</param>
/// <param name="Trainings">Adapters to train.</param>
public readonly record struct Forecast(long Answers, long MostTokens, long Trainings)
{
    public static Forecast operator +(Forecast left, Forecast right) =>
        new(left.Answers + right.Answers, left.MostTokens + right.MostTokens, left.Trainings + right.Trainings);

    public static Forecast Of(Experiment experiment, MethodCatalog catalog) =>
        experiment.Cells.Aggregate(default(Forecast), (sum, cell) => sum + Of(cell.Config, catalog));

    /// <summary>Votes at equal tokens are counted as one answer for every answer and summary of a debate.</summary>
    public static Forecast Of(RunConfig config, MethodCatalog catalog) => Of(config, catalog, config.OpenTask());

    internal static Forecast Of(RunConfig config, MethodCatalog catalog, IDebateTask task)
    {
        var (answers, trainings) = (0L, 0L);
        foreach (var method in catalog.Of(config))
        {
            var times = method.IsIterated ? config.Iterations : 1;
            long requests = method.Protocol(new AnswerContext(config, task, Society.OfBase(config.Debate.Agents), [])).RequestsPerProblem;
            answers += times * config.EvaluationProblems * requests;
            if (method.Learner is not { } learner) continue;
            trainings += (long)times * learner(config).Agents.Count;
            if (method.LearnsFrom is null) answers += times * config.TrainingProblems * requests;
        }
        return new Forecast(answers, answers * config.Debate.MaxNewTokens, trainings);
    }
}
