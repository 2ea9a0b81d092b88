using System.Xml.Linq;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report;

/// <summary>The plots of a run's report and of an experiment's. Each is null where it had nothing to show.</summary>
/// <param name="id">Unlike that of any other plots of the page.</param>
/// <param name="rows">In the order of tables.</param>
/// <param name="catalog">What the methods are called.</param>
internal sealed class ResultPlots(string id, IReadOnlyList<PlotRow> rows, MethodCatalog catalog)
{
    private readonly List<string> _methods = [.. rows.Select(row => row.Method).Distinct()];

    private IReadOnlyList<PlotRow> Known => [.. rows.Where(row => row.Accuracy is not null)];

    /// <summary>Accuracy over tokens, and the most that any method reaches with as many.</summary>
    public XElement? Tokens()
    {
        if (Known.Count == 0) return null;
        return Plots.Lines(
            id + "-tokens", "Accuracy over tokens of the evaluation", "tokens generated", "accuracy",
            Known.GroupBy(row => row.Method).Select(group => Line(group.Key, group.OrderBy(Tokens).Select(row => Accuracy(row, Tokens(row))))),
            [.. Frontier.Of(Known.Select(row => (Tokens(row), row.Accuracy!.Value)))],
            logarithmic: true);

        // A logarithmic axis has no 0.
        static double Tokens(PlotRow row) => Math.Max(1, row.Tokens);
    }

    /// <summary>Finetuned methods as lines, the others as levels.</summary>
    public XElement? Iterations()
    {
        var last = Known.Max(row => (int?)row.Iteration) ?? 0;
        if (last == 0) return null;
        var levels = Known.Where(row => row.Iteration == 0).Select(row => new PlotLine(
            catalog.Title(row.Method), Color(row.Method), [.. new[] { 0, last }.Select(x => new PlotPoint(x, row.Accuracy!.Value, row.Accuracy.Value, row.Accuracy.Value))], IsLevel: true));
        return Plots.Lines(
            id + "-iterations", "Accuracy over iterations", "iteration", "accuracy",
            levels.Concat(WithStarts(Known).GroupBy(row => row.Method).Select(group => Line(group.Key, group.Select(row => Accuracy(row, row.Iteration))))));
    }

    /// <summary>How alike first answers are.</summary>
    public XElement? Consensus()
    {
        var lines = WithStarts(rows).GroupBy(row => row.Method).Where(group => group.Any(row => row.Consensus is > 0 and < 1))
            .Select(group => Line(group.Key, group.Select(row => new PlotPoint(row.Iteration, row.Consensus, row.Consensus, row.Consensus)))).ToList();
        return lines.Count == 0
            ? null
            : Plots.Lines(id + "-consensus", "Consensus of first answers over iterations", "iteration", "share equal to the first round's vote", lines);
    }

    /// <summary>How many agents debates turn right, and how many wrong.</summary>
    public XElement? Flips()
    {
        var bars = rows.GroupBy(row => row.Method).Where(group => group.Any(row => row.WrongToRight + row.RightToWrong > 0))
            .Select(group => new PlotBars(catalog.Title(group.Key), Color(group.Key), [.. group.Select(row => (row.Iteration, (double)row.WrongToRight, (double)row.RightToWrong))])).ToList();
        return bars.Count == 0 ? null : Plots.Bars(id + "-flips", "Agents that debates turn", "iteration", "turned wrong | turned right", bars);
    }

    /// <summary>A plot for each unit in which diversity is told, with a line for each figure of each finetuned method.</summary>
    public IEnumerable<XElement> Diversity()
    {
        var methods = WithStarts([.. rows.Where(row => row.Diversity is not null)]).GroupBy(row => row.Method).ToList();
        foreach (var (index, (unit, figures)) in DiversityFigures.Named.GroupBy(figure => figure.Unit, (unit, figures) => (unit, figures.ToList())).Index())
        {
            var lines = methods
                .SelectMany(method => figures.Select(figure => (
                    Name: methods.Count == 1 ? figure.Title : $"{catalog.Title(method.Key)}: {figure.Title}",
                    Points: method.SelectMany(row => PlotPoint.Of(row.Iteration, figure.Of(row.Diversity!))).ToList())))
                .Where(line => line.Points.Count > 0)
                .Select((line, color) => new PlotLine(line.Name, color, line.Points))
                .ToList();
            if (lines.Count > 0)
                yield return Plots.Lines($"{id}-diversity-{index + 1}", $"Diversity over iterations, {unit}", "iteration", unit, lines, isShare: false);
        }
    }

    private PlotLine Line(string method, IEnumerable<PlotPoint> points) => new(catalog.Title(method), Color(method), [.. points]);

    private int Color(string method) => _methods.IndexOf(method);

    private static PlotPoint Accuracy(PlotRow row, double x) => new(x, row.Accuracy!.Value, row.Interval!.Value.Low, row.Interval.Value.High);

    /// <summary>Rows of finetuned methods, each line beginning with the method that it is before the first iteration.</summary>
    private IEnumerable<PlotRow> WithStarts(IReadOnlyList<PlotRow> of) => of.Where(row => row.Iteration > 0).GroupBy(row => row.Method).SelectMany(group =>
    {
        var start = of.FirstOrDefault(row => row.Iteration == 0 && row.Method == catalog.Find(group.Key)?.StartsAs);
        return start is null ? group : group.Prepend(start with { Method = group.Key });
    });
}
