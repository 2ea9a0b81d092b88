using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report;

/// <summary>All that the report shows.</summary>
/// <param name="Config">The run's configuration.</param>
/// <param name="Summary">Its result.</param>
/// <param name="Evaluations">Every method's transcripts on the evaluation problems.</param>
/// <param name="Trainings">By iteration and method.</param>
/// <param name="Task">Compares answers.</param>
/// <param name="Catalog">What the methods are called, and what for they are.</param>
public sealed record ReportData(
    RunConfig Config,
    Summary Summary,
    IReadOnlyList<Evaluation> Evaluations,
    IReadOnlyList<TrainedAgent> Trainings,
    IDebateTask Task,
    MethodCatalog Catalog)
{
    /// <summary>The files that the run has read, the model first.</summary>
    public IReadOnlyList<InputFile> Inputs { get; init; } = [];

    /// <summary>Plots of the result table.</summary>
    internal ResultPlots Plots => new("plot", [.. Summary.Methods.Select(PlotRow.Of)], Catalog);

    /// <summary>How a row is called.</summary>
    public string Label(string method, int iteration) =>
        iteration == 0 ? Catalog.Title(method) : $"{Catalog.Title(method)}, iteration {iteration}";

    /// <summary>Whether a method answers with the base model's weights.</summary>
    public bool IsBaseline(string method) => Catalog.Find(method)?.Role == MethodRole.Baseline;

    /// <summary>Collects the trainings of a finished run.</summary>
    public static ReportData Read(RunFolder folder, Summary summary, IReadOnlyList<Evaluation> evaluations, IDebateTask task)
    {
        var (layout, config) = (folder.Layout, folder.Config);
        var trainings =
            from iteration in Enumerable.Range(1, config.Iterations)
            from method in folder.Catalog.Of(config)
            where method.Learner is not null
            from agent in JsonFile.Read<Dictionary<string, int>>(layout.DatasetCounts(method.Key, iteration))
            let report = layout.TrainingReport(method.Key, iteration, agent.Key)
            select new TrainedAgent(
                method.Title, iteration, agent.Key, agent.Value, File.Exists(report) ? JsonFile.Read<TrainingReport>(report) : null);
        return new ReportData(config, summary, evaluations, [.. trainings], task, folder.Catalog) { Inputs = RunInputs.Read(layout).Files };
    }
}
