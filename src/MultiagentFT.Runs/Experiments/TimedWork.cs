using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Experiments;

/// <summary>What the time of a run is taken to grow with.</summary>
/// <param name="Answers">Answers and summaries, as <see cref="Forecast"/> counts them.</param>
/// <param name="Training">Trainings, each by its problems and epochs.</param>
internal readonly record struct TimedWork(double Answers, double Training)
{
    public static TimedWork Of(RunConfig config, MethodCatalog catalog)
    {
        // Counting needs no problems, and files of them may be large.
        var forecast = Forecast.Of(config, catalog, new ArithmeticTask());
        return new TimedWork(forecast.Answers, (double)forecast.Trainings * config.TrainingProblems * config.Training.Epochs);
    }
}
