using System.Globalization;
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
            Html.Element("h1", null, Headline(data)),
            LabelSection.Warnings(data).Concat(AgreementSection.Warnings(data)).Select(warning => Html.Element("p", "warning", warning + ".")),
            Html.Paragraph(
                $"{data.Summary.Model.Name} on {data.Summary.Task}: {Html.Count(data.Config.Debate.Agents, "generator")} and as many critics, "
                + $"{Html.Count(data.Config.Debate.Rounds, "round")}, {Finetuning(data.Config)}, {(rows.Any(row => row.Accuracy is not null) ? "measured on" : "put to")} {rows.FirstOrDefault()?.Problems ?? 0} others."),
            gains.Count == 0
                ? null
                : Html.Element("ul", null, gains.Select(gain => Html.Element("li", null, Sentence(data, gain)))),
            gains.Count == 0
                ? null
                : Html.Element(
                    "p", "soft", "Differences are paired by problem; ± is one standard error, p is McNemar's exact test. Beyond two standard errors a difference is clear."));
    }

    private static string Finetuning(RunConfig config) => config.Iterations == 0
        ? "no finetuning"
        : $"{Html.Count(config.Iterations, "iteration")} of finetuning on {Html.Count(config.TrainingProblems, "unlabelled problem")}";

    /// <summary>Against the best baseline, whichever it is.</summary>
    private static string Headline(ReportData data)
    {
        var (gains, rows) = (data.Summary.Gains, data.Summary.Methods);
        var baselines = gains.Where(gain => data.IsBaseline(gain.Over)).ToList();
        var main = baselines.MinBy(gain => gain.Difference) ?? gains.LastOrDefault();
        if (main is null)
        {
            var last = rows[^1];
            return $"{data.Catalog.Title(last.Name)}: {Html.Percent(last.Accuracy, last.Interval)}";
        }
        var row = rows.Last(candidate => candidate.Name == main.Name && candidate.Iteration == main.Iteration);
        var over = data.Catalog.Title(main.Over).ToLowerInvariant() + (baselines.Count > 1 ? ", the best baseline" : "");
        var verdict = Verdict(main) switch
        {
            > 0 => $"{Points(main.Difference)} points more than {over}",
            < 0 => $"{Points(-main.Difference)} points fewer than {over}",
            _ when main.Difference < 0 => $"no clear difference from {over}, which is {Points(-main.Difference)} points ahead",
            _ => $"no clear difference from {over}",
        };
        return $"{data.Catalog.Title(main.Name)} answers {Html.Percent(row.Accuracy, row.Interval)} of the problems right: {verdict}";
    }

    private static string Sentence(ReportData data, Gain gain)
    {
        var size = $"{Points(gain.Difference)} ± {Points(gain.StandardError)} points ({Html.Count(gain.Won, "problem")} won, {Html.Count(gain.Lost)} lost, p {PValue(gain.PValue)})";
        var over = gain.OverIteration > 0 ? $"{data.Catalog.Title(gain.Over)} (iteration {gain.OverIteration})" : data.Catalog.Title(gain.Over);
        return Verdict(gain) switch
        {
            > 0 => $"Better than {over} by {size}.",
            < 0 => $"Worse than {over}: {size}.",
            _ => $"No clear difference from {over}: {size}.",
        };
    }

    /// <summary>1 better, −1 worse, 0 within two standard errors.</summary>
    private static int Verdict(Gain gain) => Math.Abs(gain.Difference) > 2 * gain.StandardError ? Math.Sign(gain.Difference) : 0;

    private static string PValue(double p) => p < 0.001 ? "below 0.001" : string.Create(CultureInfo.InvariantCulture, $"{p:0.000}");

    private static string Points(double share) => $"{share * 100:0.0}";
}
