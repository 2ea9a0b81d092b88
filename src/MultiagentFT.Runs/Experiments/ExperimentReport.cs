using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;

namespace MultiagentFT.Runs.Experiments;

/// <summary>
/// An experiment as one HTML file without scripts or requests. The reports of its runs lie beside it, and each has a browser of all its debates: links open it at
/// the debates of a method, so that nothing of them is here a second time and none is left out.
/// </summary>
public static class ExperimentReport
{
    public static string Render(Experiment experiment, ExperimentResults results, MethodCatalog catalog) => HtmlReport.Page(
        results.Name,
        script: null,
        Html.Element(
            "header",
            null,
            Html.Element("h1", null, results.Name),
            Html.Paragraph($"{results.Finished} of {results.Runs} runs have ended. Accuracies pool the problems of all seeds; intervals are 95 % (Wilson)."),
            results.Notes.Select(note => Html.Paragraph(note + ".")),
            ExperimentOverview.Of(results, catalog) is { } overview
                ? (object[])[
                    Html.Table(["Accuracy, %, ± one standard error", .. overview.Columns], overview.Lines.Select(line => (string[])[line.Title(catalog), .. line.Cells])),
                    Html.Element("p", "soft", "The number behind a method counts its iterations of finetuning.")]
                : null),
        results.Rows.GroupBy(row => (row.Model, row.Task)).Index().SelectMany(group =>
            Section($"plot-{group.Index + 1}", [.. group.Item], results, catalog)),
        Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Runs"),
            Html.Element("ul", null, experiment.Cells.Select(cell => Html.Element("li", null, results.Ended.Contains(cell) ? (object)Link(cell) : $"{cell}: has not ended yet")))),
        Html.Element(
            "p", "soft", $"MultiagentFT {results.Version}, commit {results.Commit}; {results.Machine?.Processor}, {results.Machine?.Cores} cores, {results.Machine?.System}."));

    private static IEnumerable<XElement> Section(string id, IReadOnlyList<ExperimentRow> rows, ExperimentResults results, MethodCatalog catalog)
    {
        yield return Html.Element("h2", null, $"{rows[0].Model}, {rows[0].Task}");
        yield return Html.Table(
            ["Method", "Iteration", "Accuracy", "95 %", "Tokens generated", "… to make data", "Tokens trained", "Seconds"],
            rows.Select(row => (string[])
            [
                catalog.Title(row.Method),
                row.Iteration == 0 ? "–" : $"{row.Iteration}",
                row.AccuracyText,
                row.IntervalText,
                Mean(row.GeneratedTokens),
                Mean(row.TrainingGeneratedTokens),
                Mean(row.TrainedTokens),
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
        var plots = new ResultPlots(id, [.. rows.Select(PlotRow.Of)], catalog);
        foreach (var plot in (XElement?[])[plots.Tokens(), plots.Iterations(), plots.Consensus(), plots.Flips(), .. plots.Diversity()])
        {
            if (plot is not null) yield return plot;
        }
        yield return Html.Element("h3", null, "Debates");
        var runs = results.Ended.Where(cell => (cell.Model, cell.Task) == (rows[0].Model, rows[0].Task)).ToList();
        yield return Html.Table(
            ["Method", "Iteration", "All", "Wrong → right", "Right → wrong", "Wrong"],
            rows.Select(row => (object[])
            [
                catalog.Title(row.Method),
                row.Iteration == 0 ? "–" : $"{row.Iteration}",
                .. ((string[])["all", "wrong-right", "right-wrong", "wrong"]).Select(outcome => Seeds(runs, row, outcome)),
            ]));
    }

    /// <summary>Links to the debates of a row, a seed each.</summary>
    private static IEnumerable<object> Seeds(IReadOnlyList<ExperimentCell> runs, ExperimentRow row, string outcome) => runs.SelectMany(cell => (object[])
    [
        Html.Element(
            "a",
            null,
            new XAttribute("href", $"{Report(cell)}#debates?method={row.Method}&iteration={Invariant($"{row.Iteration}")}&outcome={outcome}"),
            $"seed {cell.Seed}"),
        " ",
    ]);

    private static XElement Link(ExperimentCell cell) => Html.Element("a", null, new XAttribute("href", Report(cell)), cell.ToString());

    private static string Report(ExperimentCell cell) => string.Join('/', cell.Folder.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Select(Uri.EscapeDataString)) + "/report.html";

    private static string Mean(double tokens) => Html.Count((long)Math.Round(tokens));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
