using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MultiagentFT.Runs.Report;

/// <summary>Plots as SVG elements whose colours can be read on light and dark ground.</summary>
internal static class Plots
{
    private const double Width = 820;
    private const double Height = 420;
    private static readonly OxyColor Ink = OxyColor.FromRgb(125, 130, 140);

    private static readonly OxyColor[] Colors =
    [
        OxyColor.FromRgb(58, 122, 230), OxyColor.FromRgb(214, 104, 38), OxyColor.FromRgb(46, 160, 90), OxyColor.FromRgb(160, 96, 210),
        OxyColor.FromRgb(205, 70, 95), OxyColor.FromRgb(0, 150, 165), OxyColor.FromRgb(150, 130, 30), OxyColor.FromRgb(120, 120, 120),
    ];

    /// <summary>Lines with markers, one a name, with whiskers.</summary>
    /// <param name="id">Unlike that of any other plot of the page.</param>
    /// <param name="title">Above the plot, and its text for screen readers.</param>
    /// <param name="horizontal">Title of the horizontal axis.</param>
    /// <param name="vertical">Title of the vertical axis.</param>
    /// <param name="lines">Points from left to right by name.</param>
    /// <param name="logarithmic">Whether the horizontal axis is; its values are then above 0.</param>
    public static XElement Lines(
        string id, string title, string horizontal, string vertical, IEnumerable<(string Name, IReadOnlyList<PlotPoint> Points)> lines, bool logarithmic = false)
    {
        var model = new PlotModel
        {
            Title = title,
            TitleFontSize = 14,
            TextColor = Ink,
            PlotAreaBorderColor = Ink,
            Background = OxyColors.Transparent,
            DefaultFont = "sans-serif",
        };
        model.Axes.Add(logarithmic
            ? new LogarithmicAxis { Position = AxisPosition.Bottom, Title = horizontal, TicklineColor = Ink, UseSuperExponentialFormat = false }
            : new LinearAxis { Position = AxisPosition.Bottom, Title = horizontal, TicklineColor = Ink, MinimumMajorStep = 1, MinimumPadding = 0.05, MaximumPadding = 0.05 });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = vertical,
            TicklineColor = Ink,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = OxyColor.FromAColor(90, Ink),
        });
        var legend = new List<XElement>();
        foreach (var (index, (name, points)) in lines.Index())
        {
            var color = Colors[index % Colors.Length];
            var series = new LineSeries { Title = name, Color = color, MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = color };
            legend.Add(Html.Element(
                "li", null, Html.Element("span", null, new XAttribute("style", FormattableString.Invariant($"background:#{color.R:x2}{color.G:x2}{color.B:x2}"))), name));
            series.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
            model.Series.Add(series);
            var whiskers = new LineSeries { Color = OxyColor.FromAColor(150, color), StrokeThickness = 1.5 };
            foreach (var point in points)
                whiskers.Points.AddRange([new DataPoint(point.X, point.Low), new DataPoint(point.X, point.High), DataPoint.Undefined]);
            model.Series.Add(whiskers);
        }
        var svg = XElement.Parse(new SvgExporter { Width = Width, Height = Height, IsDocument = false }.ExportToString(model));
        svg.SetAttributeValue("viewBox", FormattableString.Invariant($"0 0 {Width} {Height}"));
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("class", "plot");
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", title);
        svg.Attributes().Where(attribute => attribute.IsNamespaceDeclaration).Remove();
        var prefix = id + "-";
        foreach (var element in svg.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
            // All plots of a page share one space of names.
            foreach (var attribute in element.Attributes())
                attribute.Value = attribute.Name == "id" ? prefix + attribute.Value : attribute.Value.Replace("url(#", "url(#" + prefix, StringComparison.Ordinal);
        }
        return Html.Element("figure", null, svg, Html.Element("ul", "legend", legend));
    }
}
