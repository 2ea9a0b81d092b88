using System.Globalization;
using System.Text.Json.Serialization;
using MultiagentFT.Debate.Tasks.Similarity;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Experiments;

/// <summary>What an experiment found, so far or at its end.</summary>
/// <param name="Name">The title.</param>
/// <param name="Finished">Runs that ended.</param>
/// <param name="Runs">All runs.</param>
/// <param name="Rows">By model and task, in the order of tables.</param>
/// <param name="Gains">The last finetuned society of each model and task against every other method.</param>
/// <param name="Version">Of the program that made the last run.</param>
/// <param name="Commit">Of the program that made the last run.</param>
/// <param name="Machine">That of the last run.</param>
public sealed record ExperimentResults(
    string Name, int Finished, int Runs, IReadOnlyList<ExperimentRow> Rows, IReadOnlyList<PooledGain> Gains, string Version, string Commit, Machine? Machine)
{
    /// <summary>Share of problems measured again up to which nothing is said of it: of large families a few come up twice.</summary>
    private const double MostRepeated = 0.05;

    /// <summary>What is to be said of the numbers, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The runs that ended.</summary>
    [JsonIgnore]
    public IReadOnlyList<ExperimentCell> Ended { get; init; } = [];

    /// <summary>Collects the summaries of the runs that ended.</summary>
    /// <param name="experiment">Which runs.</param>
    /// <param name="folder">That of the experiment.</param>
    /// <param name="catalog">The methods of the program.</param>
    /// <exception cref="InputException">A summary cannot be read.</exception>
    public static ExperimentResults Read(Experiment experiment, string folder, MethodCatalog catalog)
    {
        var finished =
            (from cell in experiment.Cells
             let layout = new RunLayout(Path.GetFullPath(cell.Folder, Path.GetFullPath(folder)))
             where cell.HasEnded(folder, catalog)
             select (Cell: cell, cell.Model, cell.Task, cell.Config, Summary: Summary.Read(layout))).ToList();
        var groups = finished.GroupBy(run => (run.Model, run.Task)).ToList();
        var last = finished.Count == 0 ? null : finished[^1].Summary;
        return new ExperimentResults(
            experiment.Name,
            finished.Count,
            experiment.Cells.Count,
            [.. groups.SelectMany(group => RowsOf(group.Key.Model, group.Key.Task, [.. group.Select(run => run.Summary)]))],
            [.. groups.SelectMany(group => Pool(group.Key.Model, group.Key.Task, [.. group.Select(run => run.Summary)]))],
            last?.Version ?? "", last?.Commit ?? "", last?.Machine)
        {
            Ended = [.. finished.Select(run => run.Cell)],
            Notes = [.. groups.Select(group => Repeated($"{group.Key.Model}, {group.Key.Task}", [.. group.Select(run => run.Config)])).OfType<string>()],
        };
    }

    /// <summary>Null where the seeds measure other problems, or which they measure can no longer be told.</summary>
    private static string? Repeated(string name, IReadOnlyList<RunConfig> configs)
    {
        var problems = new List<string>();
        try
        {
            // Which problems teach does not matter, nor does whether they are like these.
            foreach (var config in configs.Select(config => config with { TrainingProblems = 1, NearDuplicates = new NearDuplicateOptions() }))
                problems.AddRange(RunProblems.Draw(config, config.OpenTask()).Evaluation.Select(problem => problem.Id));
        }
        catch (InputException)
        {
            return null;
        }
        var different = problems.Distinct(StringComparer.Ordinal).Count();
        return problems.Count - different <= MostRepeated * problems.Count ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: the {configs.Count} seeds measure {different:#,0} different problems {problems.Count:#,0} times in all; intervals, standard errors and p take each time for a problem of its own, and are too narrow");
    }

    private static IEnumerable<ExperimentRow> RowsOf(string model, string task, IReadOnlyList<Summary> summaries) =>
        from runs in summaries.SelectMany(summary => summary.Methods.Select(row => (summary.Seed, Row: row))).GroupBy(run => (run.Row.Name, run.Row.Iteration))
        let rows = runs.Select(run => run.Row).ToList()
        select new ExperimentRow(
            model, task, runs.Key.Name, runs.Key.Iteration,
            [.. rows.Select(row => row.Accuracy)],
            rows.Sum(row => row.Accuracy is null ? 0 : row.Problems),
            rows.Sum(row => (int)Math.Round((row.Accuracy ?? 0) * row.Problems)),
            rows.Average(row => row.GeneratedTokens),
            rows.Average(row => row.TrainingGeneratedTokens),
            rows.Average(row => row.TrainedTokens),
            rows.Average(row => row.Seconds),
            rows.Average(row => row.Debate?.Consensus ?? 0),
            rows.Sum(row => row.Debate?.WrongToRight ?? 0),
            rows.Sum(row => row.Debate?.RightToWrong ?? 0),
            RevisionFigures.Pool(rows.Select(row => row.Debate?.Revisions)),
            DiversityFigures.Pool(rows.Select(row => row.Diversity)))
        { Seeds = [.. runs.Select(run => run.Seed)] };

    private static IEnumerable<PooledGain> Pool(string model, string task, IReadOnlyList<Summary> summaries) =>
        from gains in summaries.SelectMany(summary => summary.Gains).GroupBy(gain => (gain.Name, gain.Iteration, gain.Over, gain.OverIteration))
        select PooledGain.Of(model, task, [.. gains]);
}
