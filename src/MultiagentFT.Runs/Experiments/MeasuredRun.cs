using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Experiments;

/// <summary>A run that ended, and the time it took.</summary>
/// <param name="Folder">Absolute.</param>
/// <param name="Model">As its configuration names it.</param>
/// <param name="ModelBytes">Length of the model's file.</param>
/// <param name="Machine">Where it ended.</param>
/// <param name="Work">What there was to do.</param>
/// <param name="AnsweringSeconds">Of all stages that answered problems, over all processes that worked on them.</param>
/// <param name="TrainingSeconds">Of all stages that trained.</param>
/// <param name="DiversitySeconds">Of all stages that measured diversity.</param>
internal sealed record MeasuredRun(
    string Folder, string Model, long ModelBytes, Machine Machine, TimedWork Work, double AnsweringSeconds, double TrainingSeconds, double DiversitySeconds)
{
    /// <summary>Those of the runs in some folders that ended and can be read.</summary>
    public static IReadOnlyList<MeasuredRun> Of(IEnumerable<string> folders, MethodCatalog catalog) =>
        [.. folders.Select(Path.GetFullPath).Distinct().Select(folder => Read(folder, catalog)).OfType<MeasuredRun>()];

    /// <summary>Seconds that the stages of a run have taken so far.</summary>
    /// <param name="layout">The run's folder.</param>
    /// <param name="config">Of the run.</param>
    /// <param name="catalog">The methods that it chooses from.</param>
    /// <param name="taken">Stages that do not count. Null: all do.</param>
    public static (double Answering, double Training, double Diversity) Seconds(RunLayout layout, RunConfig config, MethodCatalog catalog, IReadOnlySet<StageId>? taken = null)
    {
        var (answering, training, diversity) = (0.0, 0.0, 0.0);
        foreach (var method in catalog.Of(config))
        {
            for (var iteration = method.IsIterated ? 1 : 0; iteration <= (method.IsIterated ? config.Iterations : 0); iteration++)
            {
                answering += Of(StageActivity.Evaluation);
                diversity += Of(StageActivity.Diversity);
                if (method.Learner is null) continue;
                if (method.LearnsFrom is null) answering += Of(StageActivity.Training);
                training += Of(StageActivity.Finetuning);

                double Of(StageActivity activity) => new StageId(method.Key, iteration, activity) is var stage && taken?.Contains(stage) == true ? 0 : StageClock.Read(layout.Stage(stage));
            }
        }
        return (answering, training, diversity);
    }

    /// <summary>Null for what is no run of this program's format: an estimate needs none of them in particular.</summary>
    private static MeasuredRun? Read(string folder, MethodCatalog catalog)
    {
        var layout = new RunLayout(Path.GetFullPath(folder));
        try
        {
            var (config, inputs, summary) = (RunConfigFile.Read(layout.Config, catalog: catalog), RunInputs.Read(layout), Summary.Read(layout));
            var (answering, training, diversity) = Seconds(layout, config, catalog);
            return new MeasuredRun(layout.Root, config.Model, inputs.Model.Bytes, summary.Machine, TimedWork.Of(config, catalog), answering, training, diversity);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
