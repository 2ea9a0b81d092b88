using System.Globalization;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Experiments;

/// <summary>A small run of one iteration, from whose time that of an experiment's runs is told where none of the same model has ended (<see cref="TimeForecast"/>).</summary>
public static class SampleRun
{
    /// <summary>Runs of an experiment of which one is to be sampled: one a model and task, unless their time is known already.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">Its folder; may be missing.</param>
    /// <param name="catalog">The methods of the program.</param>
    /// <param name="sharing">Other runs, whose time counts too. Null: none.</param>
    public static IReadOnlyList<ExperimentCell> Wanted(Experiment experiment, string folder, MethodCatalog catalog, ExperimentSharing? sharing = null) =>
    [
        .. experiment.Cells.GroupBy(cell => (cell.Config.Model, cell.Config.Task)).Select(group => group.First())
            .Where(cell => TimeForecast.Of(experiment with { Cells = [cell] }, folder, catalog, sharing: sharing) is { Left: > 0, Known: 0 }),
    ];

    /// <summary>Where it is run, in the experiment's folder; samples of other sizes lie beside it.</summary>
    public static string Folder(ExperimentCell cell, int problems) =>
        Path.Combine("samples", cell.Model, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(cell.Config.Task)}-{problems}"));

    /// <summary>Few problems, none of them an evaluation's, and of methods that learn the society, or the first there is, or none.</summary>
    /// <param name="config">Of a run of the experiment.</param>
    /// <param name="problems">To learn from, and as many to answer.</param>
    /// <param name="catalog">The methods of the program.</param>
    public static RunConfig Of(RunConfig config, int problems, MethodCatalog catalog)
    {
        var methods = catalog.Of(config);
        var learner = methods.FirstOrDefault(method => method.Key == MultiagentMethod.Key) ?? methods.FirstOrDefault(method => method is { Learner: not null, LearnsFrom: null });
        return config with
        {
            Methods = [(config.Iterations > 0 && learner is not null ? learner : methods.FirstOrDefault(method => method.Learner is null) ?? methods[0]).Key],
            Iterations = Math.Min(config.Iterations, 1),
            TrainingProblems = Math.Min(config.TrainingProblems, problems),
            EvaluationProblems = Math.Min(config.EvaluationProblems, problems),
            EvaluationTask = "",
            EvaluationSplit = Split.Development,
            Feedback = "",
            EmbeddingModel = "",
            DiversityProblems = Math.Min(config.DiversityProblems, problems),
            MinimumExamples = 1,
        };
    }
}
