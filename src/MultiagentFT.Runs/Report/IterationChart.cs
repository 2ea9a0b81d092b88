using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report;

/// <summary>Accuracy over iterations: finetuned methods as lines with 95 % intervals, the others as dashed levels.</summary>
internal static class IterationChart
{
    private const double Width = 620;
    private const double Height = 240;
    private const double Left = 40;
    private const double Right = 240;
    private const double Top = 12;
    private const double Bottom = 28;

    /// <param name="rows">Those whose accuracy is known.</param>
    /// <param name="catalog">What the methods are called.</param>
    /// <returns>Null when no method was finetuned.</returns>
    public static XElement? Render(IReadOnlyList<MethodResult> rows, MethodCatalog catalog)
    {
        var iterations = rows.Max(row => (int?)row.Iteration) ?? 0;
        if (iterations == 0) return null;
        var low = Math.Max(0, Math.Floor((rows.Min(row => row.Interval!.Value.Low) * 10) - 0.001) / 10);
        var high = Math.Min(1, Math.Ceiling((rows.Max(row => row.Interval!.Value.High) * 10) + 0.001) / 10);
        var labels = LabelHeights(rows, accuracy => Y(accuracy));
        return new XElement(
            "svg",
            new XAttribute("viewBox", Text($"0 0 {Width} {Height}")),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", "Accuracy by iteration"),
            Enumerable.Range(0, (int)Math.Round((high - low) * 10) + 1).Select(step => Grid(low + (step / 10.0))),
            Enumerable.Range(0, iterations + 1).Select(k => Label(X(k), Height - 8, "middle", "soft", k == 0 ? "base" : $"iteration {k}")),
            rows.Where(row => row.Iteration == 0).Select(row => Level(row)),
            rows.Where(row => row.Iteration > 0).GroupBy(row => row.Name).Select(group => Line([.. group], rows)));

        double X(double iteration) => Left + (iteration / iterations * (Width - Left - Right));
        double Y(double accuracy) => Top + ((high - accuracy) / (high - low) * (Height - Top - Bottom));

        IEnumerable<XElement> Grid(double accuracy) =>
        [
            Path("axis", $"M{Left} {Y(accuracy):0.#}H{Width - Right}"),
            Label(Left - 6, Y(accuracy) + 4, "end", "soft", Text($"{accuracy * 100:0} %")),
        ];

        IEnumerable<XElement> Level(MethodResult row) =>
        [
            Path("level", $"M{Left} {Y(Mean(row)):0.#}H{Width - Right}"),
            Label(Width - Right + 6, labels[row.Name], "start", "soft", catalog.Title(row.Name)),
        ];

        IEnumerable<XElement> Line(IReadOnlyList<MethodResult> points, IReadOnlyList<MethodResult> all)
        {
            var method = catalog.Find(points[0].Name);
            var color = method?.Role switch
            {
                MethodRole.FinetunedSociety => "first",
                MethodRole.Variant => "third",
                _ => "other",
            };
            var start = all.FirstOrDefault(row => row.Name == method?.StartsAs);
            var path = points.Prepend(start).OfType<MethodResult>()
                .Select(point => Text($"{X(point.Iteration):0.#} {Y(Mean(point)):0.#}"));
            yield return Path("line " + color, $"M{string.Join('L', path)}");
            foreach (var point in points)
            {
                var (x, y) = (X(point.Iteration), Y(Mean(point)));
                var interval = point.Interval!.Value;
                yield return Path("line " + color, $"M{x:0.#} {Y(interval.High):0.#}V{Y(interval.Low):0.#}");
                yield return new XElement(
                    "circle",
                    new XAttribute("class", color + "-fill"),
                    new XAttribute("cx", Text($"{x:0.#}")),
                    new XAttribute("cy", Text($"{y:0.#}")),
                    new XAttribute("r", "4"));
            }
            yield return Label(Width - Right + 6, labels[points[0].Name], "start", color + "-fill", catalog.Title(points[0].Name));
        }
    }

    /// <summary>Labels stand at their line's end, pushed apart where they would cover each other.</summary>
    private static Dictionary<string, double> LabelHeights(IReadOnlyList<MethodResult> rows, Func<double, double> y)
    {
        var heights = new Dictionary<string, double>();
        var free = double.NegativeInfinity;
        foreach (var row in rows.GroupBy(row => row.Name).Select(group => group.Last()).OrderByDescending(row => row.Accuracy))
        {
            heights[row.Name] = Math.Max(y(Mean(row)) + 4, free);
            free = heights[row.Name] + 13;
        }
        return heights;
    }

    private static double Mean(MethodResult row) => row.Accuracy!.Value;

    private static XElement Path(string cssClass, FormattableString d) =>
        new("path", new XAttribute("class", cssClass), new XAttribute("d", Text(d)));

    private static XElement Label(double x, double y, string anchor, string cssClass, string text) => new(
        "text",
        new XAttribute("x", Text($"{x:0.#}")),
        new XAttribute("y", Text($"{y:0.#}")),
        new XAttribute("text-anchor", anchor),
        new XAttribute("class", cssClass),
        text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
