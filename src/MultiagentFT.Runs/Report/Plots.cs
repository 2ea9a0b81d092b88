using System.Globalization;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MultiagentFT.Runs.Report;

/// <summary>Plots as SVG elements whose colours can be read on light and dark ground.</summary>
internal static class Plots
{
    private const double Width = 500;
    private const double Height = 340;

    /// <summary>What the bars of a place take of the way to the next one, at most.</summary>
    private const double BarShare = 0.8;

    /// <summary>The width of one bar, likewise.</summary>
    private const double MostBarWidth = 0.22;

    /// <summary>Space for digits between an axis and its title: the exporter takes them for narrower than they are.</summary>
    private const double TitleDistance = 22;

    private static readonly OxyColor Ink = OxyColor.FromRgb(125, 130, 140);

    private static readonly OxyColor[] Colors =
    [
        OxyColor.FromRgb(58, 122, 230), OxyColor.FromRgb(214, 104, 38), OxyColor.FromRgb(46, 160, 90), OxyColor.FromRgb(160, 96, 210),
        OxyColor.FromRgb(205, 70, 95), OxyColor.FromRgb(0, 150, 165), OxyColor.FromRgb(150, 130, 30), OxyColor.FromRgb(225, 90, 170),
        OxyColor.FromRgb(110, 160, 40), OxyColor.FromRgb(160, 100, 70), OxyColor.FromRgb(105, 110, 205), OxyColor.FromRgb(90, 150, 210),
        OxyColor.FromRgb(0, 120, 95), OxyColor.FromRgb(190, 130, 0), OxyColor.FromRgb(150, 75, 170), OxyColor.FromRgb(140, 150, 90),
        OxyColor.FromRgb(180, 60, 60), OxyColor.FromRgb(70, 110, 130), OxyColor.FromRgb(190, 120, 140), OxyColor.FromRgb(70, 160, 140),
        OxyColor.FromRgb(140, 105, 40), OxyColor.FromRgb(150, 140, 190), OxyColor.FromRgb(220, 120, 90), OxyColor.FromRgb(60, 130, 40),
    ];

    /// <summary>Lines with markers and whiskers, one a name.</summary>
    /// <param name="id">Unlike that of any other plot of the page.</param>
    /// <param name="title">Above the plot, and its text for screen readers.</param>
    /// <param name="horizontal">Title of the horizontal axis.</param>
    /// <param name="vertical">Title of the vertical axis.</param>
    /// <param name="lines">What is drawn.</param>
    /// <param name="frontier">Points of the best value for a cost, from left to right, as a stair behind the lines; null for none.</param>
    /// <param name="logarithmic">Whether the horizontal axis is; its values are then above 0.</param>
    /// <param name="isShare">Whether vertical values are shares in [0, 1].</param>
    public static XElement Lines(
        string id, string title, string horizontal, string vertical, IEnumerable<PlotLine> lines,
        IReadOnlyList<(double Cost, double Value)>? frontier = null, bool logarithmic = false, bool isShare = true)
    {
        var model = Model(title, vertical, logarithmic
            ? new LogarithmicAxis { Position = AxisPosition.Bottom, Title = horizontal, TicklineColor = Ink, LabelFormatter = Short, MinimumPadding = 0.05, MaximumPadding = 0.05 }
            : new LinearAxis { Position = AxisPosition.Bottom, Title = horizontal, TicklineColor = Ink, MinimumMajorStep = 1, MinorTickSize = 0, MinimumPadding = 0.05, MaximumPadding = 0.05 });
        var (shown, legend) = (lines.ToList(), new List<XElement>());
        var (low, high) = (shown.Min(line => line.Points.Min(point => point.Low)), shown.Max(line => line.Points.Max(point => point.High)));
        var padding = Math.Max(0.02, (high - low) / 20);
        if (isShare)
        {
            model.Axes[1].StringFormat = "0.# %";
            (model.Axes[1].Minimum, model.Axes[1].Maximum) = (Math.Max(low - padding, -0.02), Math.Min(high + padding, 1.02));
        }
        if (frontier is { Count: > 0 })
        {
            var stair = new StairStepSeries { Title = "Frontier", Color = Ink, LineStyle = LineStyle.Dash, StrokeThickness = 1.5 };
            stair.Points.AddRange(frontier.Select(point => new DataPoint(point.Cost, point.Value)));
            stair.Points.Add(new DataPoint(shown.SelectMany(line => line.Points).Max(point => point.X), frontier[^1].Value));
            model.Series.Add(stair);
        }
        foreach (var (name, number, points, isLevel) in shown)
        {
            var color = ColorOf(number);
            legend.Add(Entry(color, name));
            var series = new LineSeries { Title = name, Color = color };
            if (isLevel) (series.LineStyle, series.StrokeThickness) = (LineStyle.Dash, 1.5);
            else (series.MarkerType, series.MarkerSize, series.MarkerFill) = (MarkerType.Circle, 4, color);
            series.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
            model.Series.Add(series);
            var whiskers = new LineSeries { Color = OxyColor.FromAColor(150, color), StrokeThickness = 1.5 };
            foreach (var point in points.Where(point => point.Low < point.High))
                whiskers.Points.AddRange([new DataPoint(point.X, point.Low), new DataPoint(point.X, point.High), DataPoint.Undefined]);
            model.Series.Add(whiskers);
        }
        if (frontier is { Count: > 0 }) legend.Add(Entry(Ink, "Frontier (dashed): the best accuracy for as many tokens"));
        return Figure(id, title, model, legend);
    }

    /// <summary>Bars above and below 0, those of a name side by side with the others' at the same place.</summary>
    /// <param name="id">Unlike that of any other plot of the page.</param>
    /// <param name="title">Above the plot, and its text for screen readers.</param>
    /// <param name="horizontal">Title of the horizontal axis, whose places are whole numbers.</param>
    /// <param name="vertical">Title of the vertical axis, which has no sign.</param>
    /// <param name="groups">What is drawn.</param>
    public static XElement Bars(string id, string title, string horizontal, string vertical, IReadOnlyList<PlotBars> groups)
    {
        var model = Model(title, vertical, new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = horizontal,
            TicklineColor = Ink,
            MajorStep = 1,
            MinorTickSize = 0,
            Minimum = groups.Min(group => group.Bars.Min(bar => bar.X)) - 0.5,
            Maximum = groups.Max(group => group.Bars.Max(bar => bar.X)) + 0.5,
        });
        model.Axes[1].LabelFormatter = value => Math.Abs(value).ToString("#,0", CultureInfo.InvariantCulture);
        // Bars of a place stand side by side around it, whichever methods have one there.
        var places = groups.SelectMany(group => group.Bars.Select(bar => (group.Name, bar.X))).ToLookup(bar => bar.X, bar => bar.Name);
        var width = Math.Min(BarShare / places.Max(place => place.Count()), MostBarWidth);
        foreach (var (name, number, bars) in groups)
        {
            var color = ColorOf(number);
            var up = new RectangleBarSeries { Title = name, FillColor = color, StrokeThickness = 0 };
            var down = new RectangleBarSeries { FillColor = OxyColor.FromAColor(120, color), StrokeColor = color, StrokeThickness = 1 };
            foreach (var (x, more, less) in bars)
            {
                var names = places[x].ToList();
                var left = x + ((names.IndexOf(name) - (names.Count / 2.0)) * width);
                if (more > 0) up.Items.Add(new RectangleBarItem(left, 0, left + (0.9 * width), more));
                if (less > 0) down.Items.Add(new RectangleBarItem(left, -less, left + (0.9 * width), 0));
            }
            model.Series.Add(up);
            model.Series.Add(down);
        }
        model.Annotations.Add(new OxyPlot.Annotations.LineAnnotation { Type = OxyPlot.Annotations.LineAnnotationType.Horizontal, Y = 0, Color = Ink, LineStyle = LineStyle.Solid });
        return Figure(id, title, model, groups.Select(group => Entry(ColorOf(group.Color), group.Name)));
    }

    private static PlotModel Model(string title, string vertical, Axis bottom)
    {
        var model = new PlotModel
        {
            Title = title,
            TitleFontSize = 15,
            DefaultFontSize = 13,
            TextColor = Ink,
            PlotAreaBorderColor = Ink,
            Background = OxyColors.Transparent,
            DefaultFont = "sans-serif",
        };
        bottom.AxisTitleDistance = TitleDistance / 3;
        model.Axes.Add(bottom);
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = vertical,
            AxisTitleDistance = TitleDistance,
            TicklineColor = Ink,
            MinorTickSize = 0,
            MinimumPadding = 0.05,
            MaximumPadding = 0.05,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = OxyColor.FromAColor(90, Ink),
        });
        return model;
    }

    /// <summary>Labels of a logarithmic axis stand close: 500, 30 k, 2 M.</summary>
    private static string Short(double number) => string.Create(CultureInfo.InvariantCulture, $"{number switch
    {
        >= 1e6 => $"{number / 1e6:0.#} M",
        >= 1e4 => $"{number / 1e3:0.#} k",
        _ => $"{number:0.#}",
    }}");

    private static OxyColor ColorOf(int number) => Colors[number % Colors.Length];

    private static XElement Entry(OxyColor color, string name) => Html.Element(
        "li", null, Html.Element("span", null, new XAttribute("style", FormattableString.Invariant($"background:#{color.R:x2}{color.G:x2}{color.B:x2}"))), name);

    private static XElement Figure(string id, string title, PlotModel model, IEnumerable<XElement> legend)
    {
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
