using System.Xml.Linq;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>What came out, in plain words: also when nothing did.</summary>
internal static class HeadlineSection
{
    public static XElement Render(ReportData data)
    {
        var gains = data.Summary.Gains;
        var rows = data.Summary.Methods;
        return Html.Element(
            "header",
            null,
            Html.Element("h1", null, Headline(gains, rows)),
            Html.Paragraph(
                $"{data.Summary.Model.Name} on {data.Summary.Task}: {data.Config.Debate.Agents} generators and as many critics, "
                + $"{data.Config.Debate.Rounds} rounds, {data.Config.Iterations} iterations of finetuning on "
                + $"{data.Config.TrainingProblems} unlabelled problems, measured on {rows.FirstOrDefault()?.Problems ?? 0} others."),
            gains.Count == 0
                ? null
                : Html.Element("ul", null, gains.Select(gain => Html.Element("li", null, Sentence(gain)))),
            gains.Count == 0
                ? null
                : Html.Element(
                    "p", "soft", "Differences are paired by problem; ± is one standard error. Beyond two of them a difference is clear."));
    }

    private static string Headline(IReadOnlyList<Gain> gains, IReadOnlyList<MethodResult> rows)
    {
        var main = gains.FirstOrDefault(gain => gain.Over == Method.Debate) ?? gains.LastOrDefault();
        if (main is null)
        {
            var last = rows[^1];
            return $"{last.Name.Title()}: {Html.Percent(last.Accuracy, last.StandardError)}";
        }
        var row = rows.Last(candidate => candidate.Name == main.Name && candidate.Iteration == main.Iteration);
        var name = main.Over.Title().ToLowerInvariant();
        var verdict = Verdict(main) switch
        {
            > 0 => $"{Points(main.Difference)} points more than {name}",
            < 0 => $"{Points(-main.Difference)} points fewer than {name}",
            _ => $"no clear difference from {name}",
        };
        return $"{main.Name.Title()} answers {Html.Percent(row.Accuracy, row.StandardError)} of the problems right: {verdict}";
    }

    private static string Sentence(Gain gain)
    {
        var size = $"{Points(gain.Difference)} ± {Points(gain.StandardError)} points";
        var over = gain.OverIteration > 0 ? $"{gain.Over.Title()} (iteration {gain.OverIteration})" : gain.Over.Title();
        return Verdict(gain) switch
        {
            > 0 => $"Better than {over} by {size}.",
            < 0 => $"Worse than {over}: {size}.",
            _ => $"No clear difference from {over}: {size}.",
        };
    }

    /// <summary>1 better, −1 worse, 0 within two standard errors.</summary>
    private static int Verdict(Gain gain) => Math.Abs(gain.Difference) > 2 * gain.StandardError ? Math.Sign(gain.Difference) : 0;

    private static string Points(double share) => $"{share * 100:0.0}";
}
