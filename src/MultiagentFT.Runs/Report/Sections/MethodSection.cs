using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>The result table, with what every accuracy cost.</summary>
internal static class MethodSection
{
    public static XElement Render(ReportData data) => Html.Element(
        "section",
        null,
        Html.Element("h2", null, "Methods"),
        Html.Table(
            ["Method", "Iteration", "Accuracy", "Answers", "Tokens generated", "… to make data", "Tokens trained", "Seconds"],
            data.Summary.Methods.Select(row => Row(data, row))),
        Html.Element(
            "p",
            "soft",
            "In brackets: 95 % intervals (Wilson). Answers are those that vote on a problem. Tokens generated are those of this evaluation. Data, trained tokens and seconds add up over all iterations so far."),
        data.Summary.Methods.Select(row => Incomplete(data, row)));

    private static XElement? Incomplete(ReportData data, MethodResult row) =>
        new AnswerCounts(row.FailedAnswers, row.CutAnswers).Describe() is { } incomplete
            ? Html.Element("p", "soft", $"{data.Label(row.Name, row.Iteration)}: {incomplete}.")
            : null;

    private static string[] Row(ReportData data, MethodResult row) =>
    [
        data.Catalog.Title(row.Name),
        row.Iteration == 0 ? "–" : $"{row.Iteration}",
        Html.Percent(row.Accuracy, row.Interval),
        Html.Count(row.Answers),
        Html.Count(row.GeneratedTokens),
        Html.Count(row.TrainingGeneratedTokens),
        Html.Count(row.TrainedTokens),
        $"{row.Seconds:0.0}",
    ];
}
