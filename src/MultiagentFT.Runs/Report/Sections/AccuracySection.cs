using System.Xml.Linq;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>Accuracy by method, and over the iterations.</summary>
internal static class AccuracySection
{
    public static XElement Render(ReportData data)
    {
        MethodResult[] known = [.. data.Summary.Methods.Where(row => row.Accuracy is not null)];
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Accuracy"),
            known.Length == 0
                ? [Html.Element("p", null, "Not known: the problems have no answers to compare with.")]
                : new[]
                {
                    Bars.Render(known.Select(row => (data.Label(row.Name, row.Iteration), row.Accuracy!.Value, row.Interval))),
                    data.Plots.Tokens(),
                    data.Plots.Iterations(),
                    Html.Element("p", "soft", "Whiskers are 95 % intervals (Wilson)."),
                });
    }
}
