using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>Accuracy by method, and over the iterations.</summary>
internal static class AccuracySection
{
    public static XElement Render(ReportData data) => Html.Element(
        "section",
        null,
        Html.Element("h2", null, "Accuracy"),
        Bars.Render(data.Summary.Methods.Select(row => (data.Label(row.Name, row.Iteration), row.Accuracy, (Interval?)row.Interval))),
        IterationChart.Render(data.Summary.Methods, data.Catalog),
        Html.Element("p", "soft", "Whiskers are 95 % intervals (Wilson)."));
}
