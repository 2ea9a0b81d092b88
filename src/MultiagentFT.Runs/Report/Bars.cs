using System.Globalization;
using System.Xml.Linq;

namespace MultiagentFT.Runs.Report;

/// <summary>A horizontal bar chart of shares in plain HTML: its text stays readable at any width.</summary>
internal static class Bars
{
    /// <param name="rows">Label, share in [0, 1], and its standard error (0 draws none).</param>
    public static XElement Render(IEnumerable<(string Label, double Share, double StandardError)> rows) => Html.Element(
        "div",
        "bars",
        rows.Select(row => new[]
        {
            Html.Element("div", null, row.Label),
            Html.Element("div", "bar", Fill(row.Share), row.StandardError > 0 ? Whisker(row.Share, row.StandardError) : null),
            Html.Element("div", "value", row.StandardError > 0 ? Html.Percent(row.Share, row.StandardError) : Html.Percent(row.Share)),
        }));

    private static XElement Fill(double share) => Html.Element("div", "fill", Style($"width:{share * 100:0.##}%"));

    private static XElement Whisker(double share, double error)
    {
        var left = Math.Max(0, share - error);
        var right = Math.Min(1, share + error);
        return Html.Element("div", "whisker", Style($"left:{left * 100:0.##}%;width:{(right - left) * 100:0.##}%"));
    }

    private static XAttribute Style(FormattableString css) => new("style", css.ToString(CultureInfo.InvariantCulture));
}
