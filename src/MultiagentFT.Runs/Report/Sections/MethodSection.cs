using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Configuration;
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
            ["Method", "Iteration", "Accuracy", "Tokens generated", "… to make data", "Tokens trained", "Seconds"],
            data.Summary.Methods.Select(Row)),
        Html.Element(
            "p",
            "soft",
            "Tokens generated are those of this evaluation. Data, trained tokens and seconds add up over all iterations so far."),
        data.Summary.Methods.Select(Incomplete));

    /// <summary>How a row is called elsewhere.</summary>
    public static string Label(Method method, int iteration) =>
        iteration == 0 ? method.Title() : $"{method.Title()}, iteration {iteration}";

    private static XElement? Incomplete(MethodResult row) =>
        new AnswerCounts(row.FailedAnswers, row.CutAnswers).Describe() is { } incomplete
            ? Html.Element("p", "soft", $"{Label(row.Name, row.Iteration)}: {incomplete}.")
            : null;

    private static string[] Row(MethodResult row) =>
    [
        row.Name.Title(),
        row.Iteration == 0 ? "–" : $"{row.Iteration}",
        Html.Percent(row.Accuracy, row.StandardError),
        Html.Count(row.GeneratedTokens),
        Html.Count(row.TrainingGeneratedTokens),
        Html.Count(row.TrainedTokens),
        $"{row.Seconds:0.0}",
    ];
}
