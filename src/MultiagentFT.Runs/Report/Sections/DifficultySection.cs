using System.Xml.Linq;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>The base and the last finetuned society by how hard the problems are.</summary>
internal static class DifficultySection
{
    public static XElement? Render(ReportData data) => data.Summary.Difficulty is not { } difficulty
        ? null
        : Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Difficulty"),
            Html.Table(
                [difficulty.By == DifficultyMeasure.Level ? "Level" : "Answers of the base", "Problems", .. difficulty.Groups[0].Methods.Select(method => data.Label(method.Name, method.Iteration))],
                difficulty.Groups.Select(Row)),
            Html.Element("p", "soft", "In brackets: 95 % intervals (Wilson)." + (difficulty.AnswersOf is { } sampled
                ? $" Problems are sorted by how many first answers of \u201c{data.Catalog.Title(sampled)}\u201d are right, so that the base is better on those where more are by construction."
                : "")));

    private static string[] Row(DifficultyGroup group) =>
        [group.Name, Html.Count(group.Problems), .. group.Methods.Select(method => Html.Percent(method.Accuracy, method.Interval))];
}
