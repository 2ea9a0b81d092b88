using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;

namespace MultiagentFT.Runs.Tests.Report;

public sealed class ResultPlotsTests
{
    [Fact]
    public void FlipsAreBarsAsHighAsTheirCounts()
    {
        var figure = Plots(Row("debate", 0, 0.5, 10, 30, 10), Row("multiagent-ft", 1, 0.6, 10, 20, 5), Row("multiagent-ft", 2, 0.7, 10, 0, 10), Row("greedy", 0, 0.1, 10, 0, 0)).Flips()!;

        Assert.Equal(["Debate", "Multiagent finetuning"], figure.Descendants("li").Select(item => item.Value));
        // Bars are the filled shapes of the methods' colours, from left to right; up and down share a place and meet at 0.
        var bars = Shapes(figure).GroupBy(shape => Math.Round(shape.Left)).OrderBy(group => group.Key).Select(group => group.OrderBy(shape => shape.Top).ToList()).ToList();
        Assert.Equal([2, 2, 1], bars.Select(group => group.Count));
        var unit = bars[0][0].Height / 30;
        Assert.Equal([30, 10, 20, 5, 10], bars.SelectMany(group => group).Select(bar => Math.Round(bar.Height / unit, 1)));
        Assert.All(bars.Take(2), group => Assert.Equal(group[0].Top + group[0].Height, group[1].Top, 0.5));
        Assert.Equal(bars[0][1].Top, bars[2][0].Top, 0.5);
    }

    [Fact]
    public void TheFrontierIsAStairOverAllMethods()
    {
        var figure = Plots(Row("greedy", 0, 0.5, 100), Row("majority", 0, 0.4, 1000), Row("debate", 0, 0.8, 10_000), Row("multiagent-ft", 1, 0.7, 100_000)).Tokens()!;

        // The level parts of the stair are dashed lines, the only ones of this width.
        var steps = figure.Descendants("polyline").Where(line => Style(line, "stroke-dasharray") is not null && Style(line, "stroke-width") == "1.5").SelectMany(Points).ToList();
        var (left, right) = (steps.Min(point => point.X), steps.Max(point => point.X));
        // From 100 to 10 000 tokens at 50 %, which are two thirds of the way on a logarithmic axis, and from there at 80 %.
        Assert.Equal([0, 0.67, 0.67, 1], steps.Select(point => Math.Round((point.X - left) / (right - left), 2)));
        Assert.Equal((steps[0].Y, steps[2].Y), (steps[1].Y, steps[3].Y));
        Assert.True(steps[2].Y < steps[1].Y);
        Assert.Contains(figure.Descendants("li"), item => item.Value.StartsWith("Frontier", StringComparison.Ordinal));
    }

    [Fact]
    public void AMethodHasTheSameColourInEveryPlot()
    {
        var plots = Plots(Row("greedy", 0, 0.5, 100), Row("debate", 0, 0.8, 1000, 3, 1), Row("multiagent-ft", 1, 0.9, 1000, 4, 1));

        var colours = (XElement[])[plots.Tokens()!, plots.Iterations()!, plots.Consensus()!, plots.Flips()!];

        var found = colours.SelectMany(figure => figure.Descendants("li")).Where(item => item.Value == "Multiagent finetuning").Select(item => (string?)item.Element("span")!.Attribute("style")).ToList();
        Assert.Equal(4, found.Count);
        Assert.Single(found.Distinct());
    }

    [Fact]
    public void EveryMethodHasAColourOfItsOwn()
    {
        var figure = Plots([.. MethodCatalog.Default.Methods.Select(method => Row(method.Key, 0, 0.5, 100))]).Tokens()!;

        var colours = figure.Descendants("li").Select(item => (string?)item.Element("span")!.Attribute("style")).ToList();
        // And one of the frontier.
        Assert.Equal(MethodCatalog.Default.Methods.Count + 1, colours.Count);
        Assert.Equal(colours.Distinct(), colours);
    }

    [Fact]
    public void WhatIsNotKnownIsNotDrawn()
    {
        var plots = Plots(Row("greedy", 0, null, 100), Row("debate", 0, null, 1000));

        Assert.Null(plots.Tokens());
        Assert.Null(plots.Iterations());
        Assert.Null(plots.Consensus());
        Assert.Null(plots.Flips());
    }

    private static ResultPlots Plots(params PlotRow[] rows) => new("p", rows, MethodCatalog.Default);

    private static PlotRow Row(string method, int iteration, double? accuracy, double tokens, int right = 0, int wrong = 0) =>
        new(method, iteration, accuracy, accuracy is { } mean ? Interval.Wilson(mean, 100) : null, tokens, 0.5, right, wrong);

    private static IEnumerable<(double Left, double Top, double Height)> Shapes(XElement figure) =>
        from shape in figure.Descendants()
        where shape.Name.LocalName is "rect" && shape.Ancestors("defs").All(_ => false)
        let fill = Style(shape, "fill")
        where fill is not null and not "none"
        select (Number(shape, "x"), Number(shape, "y"), Number(shape, "height"));

    private static List<(double X, double Y)> Points(XElement line) =>
        [.. ((string)line.Attribute("points")!).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(',')).Select(point => (Parse(point[0]), Parse(point[1])))];

    private static double Number(XElement shape, string name) => Parse((string)shape.Attribute(name)!);

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    private static string? Style(XElement element, string name) =>
        ((string?)element.Attribute("style"))?.Split(';').Select(entry => entry.Split(':')).FirstOrDefault(entry => entry[0] == name)?[1];
}
