using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Sharing;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Experiments;

/// <summary>What the time of a run is taken to grow with.</summary>
/// <param name="Answers">Answers and summaries, as <see cref="Forecast"/> counts them.</param>
/// <param name="Training">Trainings, each by its problems and epochs.</param>
/// <param name="Diversity">Debates on which the diversity of agents is measured.</param>
internal readonly record struct TimedWork(double Answers, double Training, double Diversity)
{
    /// <param name="config">Of the run.</param>
    /// <param name="catalog">The methods that it chooses from.</param>
    /// <param name="taken">Stages that are not done. Null: all are.</param>
    public static TimedWork Of(RunConfig config, MethodCatalog catalog, IReadOnlySet<StageId>? taken = null)
    {
        // Counting needs no problems, and files of them may be large.
        var forecast = Forecast.Of(config, catalog, new ArithmeticTask(), taken);
        var measured = StagePlan.Of(config, catalog).Count(stage => stage.Id.Activity == StageActivity.Diversity && taken?.Contains(stage.Id) != true);
        return new TimedWork(
            forecast.Answers, (double)forecast.Trainings * config.TrainingProblems * config.Training.Epochs, (double)measured * Math.Min(config.DiversityProblems, config.EvaluationProblems));
    }
}
