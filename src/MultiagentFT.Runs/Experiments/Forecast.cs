using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Experiments;

/// <summary>What runs will take, before they are run.</summary>
/// <param name="Answers">Answers and summaries to generate.</param>
/// <param name="MostTokens">New tokens of them if each took all that it may.</param>
/// <param name="Trainings">Adapters to train.</param>
public readonly record struct Forecast(long Answers, long MostTokens, long Trainings)
{
    public static Forecast operator +(Forecast left, Forecast right) =>
        new(left.Answers + right.Answers, left.MostTokens + right.MostTokens, left.Trainings + right.Trainings);

    /// <param name="experiment">The runs.</param>
    /// <param name="catalog">The methods that they choose from.</param>
    /// <param name="sharing">What they take over, which is not done again. Null: nothing.</param>
    public static Forecast Of(Experiment experiment, MethodCatalog catalog, ExperimentSharing? sharing = null) =>
        experiment.Cells.Aggregate(default(Forecast), (sum, cell) => sum + Of(cell.Config, catalog, cell.Config.OpenTask(), sharing?.Of(cell)));

    /// <summary>Votes at equal tokens are counted as one answer for every answer and summary of a debate.</summary>
    public static Forecast Of(RunConfig config, MethodCatalog catalog) => Of(config, catalog, config.OpenTask());

    /// <param name="config">Of the run.</param>
    /// <param name="catalog">The methods that it chooses from.</param>
    /// <param name="task">Its task.</param>
    /// <param name="taken">Stages that are not done. Null: all are.</param>
    internal static Forecast Of(RunConfig config, MethodCatalog catalog, IDebateTask task, IReadOnlySet<StageId>? taken = null)
    {
        var (answers, trainings) = (0L, 0L);
        foreach (var method in catalog.Of(config))
        {
            var context = new AnswerContext(config, task, Society.OfBase(config.Debate.Agents), []);
            long requests = method.Protocol(context).RequestsPerProblem;
            long teaching = method.TrainingProtocol?.Invoke(context).RequestsPerProblem ?? requests;
            foreach (var iteration in method.IsIterated ? Enumerable.Range(1, config.Iterations) : [0])
            {
                if (IsDone(StageActivity.Evaluation)) answers += config.EvaluationProblems * requests;
                if (method.Learner is not { } learner) continue;
                if (IsDone(StageActivity.Finetuning)) trainings += learner(config).Agents.Count;
                if (method.LearnsFrom is null && IsDone(StageActivity.Training)) answers += config.TrainingProblems * teaching;

                bool IsDone(StageActivity activity) => taken?.Contains(new StageId(method.Key, iteration, activity)) != true;
            }
        }
        return new Forecast(answers, answers * config.Debate.MaxNewTokens, trainings);
    }
}
