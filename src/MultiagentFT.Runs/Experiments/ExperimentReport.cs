using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;

namespace MultiagentFT.Runs.Experiments;

/// <summary>An experiment as one HTML file without scripts or requests; the reports of its runs lie beside it.</summary>
public static class ExperimentReport
{
    public static string Render(Experiment experiment, ExperimentResults results, MethodCatalog catalog) => HtmlReport.Page(
        results.Name,
        Html.Element(
            "header",
            null,
            Html.Element("h1", null, results.Name),
            Html.Paragraph($"{results.Finished} of {results.Runs} runs have ended. Accuracies pool the problems of all seeds; intervals are 95 % (Wilson).")),
        results.Rows.GroupBy(row => (row.Model, row.Task)).Index().SelectMany(group =>
            Section($"plot-{group.Index + 1}", $"{group.Item.Key.Model}, {group.Item.Key.Task}", [.. group.Item], results, catalog)),
        Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Runs"),
            Html.Element("ul", null, experiment.Cells.Select(Link))),
        Html.Element(
            "p", "soft", $"MultiagentFT {results.Version}, commit {results.Commit}; {results.Machine?.Processor}, {results.Machine?.Cores} cores, {results.Machine?.System}."));

    private static IEnumerable<XElement> Section(string id, string title, IReadOnlyList<ExperimentRow> rows, ExperimentResults results, MethodCatalog catalog)
    {
        yield return Html.Element("h2", null, title);
        yield return Html.Table(
            ["Method", "Iteration", "Accuracy", "95 %", "Tokens generated", "… to make data", "Tokens trained", "Seconds"],
            rows.Select(row => (string[])
            [
                catalog.Title(row.Method),
                row.Iteration == 0 ? "–" : $"{row.Iteration}",
                row.AccuracyText,
                row.IntervalText,
                Html.Count((long)row.GeneratedTokens),
                Html.Count((long)row.TrainingGeneratedTokens),
                Html.Count((long)row.TrainedTokens),
                Invariant($"{row.Seconds:0}"),
            ]));
        var gains = results.Gains.Where(gain => (gain.Model, gain.Task) == (rows[0].Model, rows[0].Task)).ToList();
        if (gains.Count > 0)
        {
            yield return Html.Table(
                [$"{catalog.Title(gains[0].Name)}, iteration {gains[0].Iteration}, over", "Points", "Standard error", "Won", "Lost", "p (McNemar)"],
                gains.Select(gain => (string[])
                [
                    catalog.Title(gain.Over) + (gain.OverIteration == 0 ? "" : $", iteration {gain.OverIteration}"),
                    Invariant($"{100 * gain.Difference:+0.0;-0.0;0.0}"),
                    Invariant($"{100 * gain.StandardError:0.0}"),
                    Html.Count(gain.Won),
                    Html.Count(gain.Lost),
                    gain.PValueText,
                ]));
        }
        if (rows.All(row => row.Accuracy is null)) yield break;
        yield return Plots.Lines(
            id + "-tokens", "Accuracy over tokens of the evaluation", "tokens generated", "accuracy", Lines(rows, catalog, row => Math.Max(1, row.GeneratedTokens)), logarithmic: true);
        if (rows.All(row => row.Iteration == 0)) yield break;
        yield return Plots.Lines(id + "-iterations", "Accuracy over iterations", "iteration", "accuracy", Lines(WithStarts(rows, catalog), catalog, row => row.Iteration));
        yield return Plots.Lines(
            id + "-consensus", "Consensus of first answers over iterations", "iteration", "share equal to the first round's vote",
            WithStarts(rows, catalog).GroupBy(row => row.Method).Where(group => group.Any(row => row.Consensus is > 0 and < 1)).Select(group => (
                catalog.Title(group.Key),
                (IReadOnlyList<PlotPoint>)[.. group.Select(row => new PlotPoint(row.Iteration, row.Consensus, row.Consensus, row.Consensus))])));
    }

    private static IEnumerable<(string, IReadOnlyList<PlotPoint>)> Lines(
        IEnumerable<ExperimentRow> rows, MethodCatalog catalog, Func<ExperimentRow, double> x) =>
        rows.Where(row => row.Accuracy is not null).GroupBy(row => row.Method).Select(group => (
            catalog.Title(group.Key),
            (IReadOnlyList<PlotPoint>)[.. group.Select(row => new PlotPoint(x(row), row.Accuracy!.Value, row.Interval.Low, row.Interval.High))]));

    /// <summary>Rows of finetuned methods, each line beginning with the method that it is before the first iteration.</summary>
    private static IEnumerable<ExperimentRow> WithStarts(IReadOnlyList<ExperimentRow> rows, MethodCatalog catalog) =>
        rows.Where(row => row.Iteration > 0).GroupBy(row => row.Method).SelectMany(group =>
        {
            var start = rows.FirstOrDefault(row => row.Iteration == 0 && row.Method == catalog.Find(group.Key)?.StartsAs);
            return start is null ? group : group.Prepend(start with { Method = group.Key });
        });

    private static XElement Link(ExperimentCell cell) => Html.Element(
        "li", null, Html.Element("a", null, new XAttribute("href", cell.Folder.Replace('\\', '/') + "/report.html"), cell.ToString()));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
