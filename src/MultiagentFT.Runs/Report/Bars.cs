using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Report;

/// <summary>A horizontal bar chart of shares in plain HTML: its text stays readable at any width.</summary>
internal static class Bars
{
    /// <param name="rows">Label, share in [0, 1], and its interval (null draws none).</param>
    public static XElement Render(IEnumerable<(string Label, double Share, Interval? Interval)> rows) => Html.Element(
        "div",
        "bars",
        rows.Select(row => new[]
        {
            Html.Element("div", null, row.Label),
            Html.Element("div", "bar", Fill(row.Share), row.Interval is { } whisker ? Whisker(whisker) : null),
            Html.Element("div", "value", row.Interval is { } interval ? Html.Percent(row.Share, interval) : Html.Percent(row.Share)),
        }));

    private static XElement Fill(double share) => Html.Element("div", "fill", Style($"width:{share * 100:0.##}%"));

    private static XElement Whisker(Interval interval) =>
        Html.Element("div", "whisker", Style($"left:{interval.Low * 100:0.##}%;width:{(interval.High - interval.Low) * 100:0.##}%"));

    private static XAttribute Style(FormattableString css) => new("style", css.ToString(CultureInfo.InvariantCulture));
}
