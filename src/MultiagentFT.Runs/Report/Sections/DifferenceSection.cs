using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>Every method against every other, each after its last iteration.</summary>
internal static class DifferenceSection
{
    private const double Clear = 0.05;

    public static XElement? Render(ReportData data)
    {
        var rows = data.Summary.Methods.GroupBy(row => row.Name).Select(group => group.Last()).Where(row => row.Accuracy is not null).ToList();
        if (rows.Count < 2) return null;
        var differences = data.Summary.Differences.ToDictionary(gain => (gain.Name, gain.Iteration, gain.Over, gain.OverIteration));
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Differences"),
            Html.Table(
                ["Points more than", .. rows.Select((_, index) => $"{index + 1}")],
                rows.Select((row, index) => (string[])[$"{index + 1}. {data.Label(row.Name, row.Iteration)}", .. rows.Select(other => Cell(row, other))])),
            Html.Element(
                "p",
                "soft",
                $"Paired by problem; * where McNemar's exact test gives less than {Clear.ToString(CultureInfo.InvariantCulture)}. Where many are compared some are clear by chance. "
                + "Intervals (bootstrap, 95 %), and all iterations, are in summary.json."));

        string Cell(MethodResult row, MethodResult other)
        {
            if (differences.TryGetValue((row.Name, row.Iteration, other.Name, other.Iteration), out var gain)) return Text(gain.Difference, gain.PValue);
            return differences.TryGetValue((other.Name, other.Iteration, row.Name, row.Iteration), out gain) ? Text(-gain.Difference, gain.PValue) : "–";
        }
    }

    private static string Text(double difference, double p) =>
        (100 * difference).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + (p < Clear ? " *" : "");
}
