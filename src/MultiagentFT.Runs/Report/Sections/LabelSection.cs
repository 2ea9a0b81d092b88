using System.Xml.Linq;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>What the votes were worth that agents learned from.</summary>
internal static class LabelSection
{
    public static XElement? Render(ReportData data) => data.Summary.Labels.Count == 0
        ? null
        : Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Labels"),
            Html.Table(["Method", "Iteration", "Problems", "Votes used", "Right among them"], data.Summary.Labels.Select(label => Row(data, label))),
            Html.Element("p", "soft", "Votes with enough support are targets. Whether they are right is counted here only: no training reads it."));

    /// <summary>What makes a run's result doubtful, for its first lines.</summary>
    public static IEnumerable<string> Warnings(ReportData data) =>
        from label in data.Summary.Labels
        let warning = label.Warning()
        where warning is not null
        select $"{data.Label(label.Name, label.Iteration)}: {warning}";

    private static string[] Row(ReportData data, LabelQuality label) =>
    [
        data.Catalog.Title(label.Name),
        $"{label.Iteration}",
        Html.Count(label.Problems),
        label.HasEnded ? "ended: its loss has stopped falling" : Html.Count(label.Used),
        label switch
        {
            { Used: 0 } => "–",
            { RightShare: { } share } => Html.Percent(share) + (label.Known is { } known ? $" of {Html.Count(known)} known" : ""),
            _ => "not known",
        },
    ];
}
