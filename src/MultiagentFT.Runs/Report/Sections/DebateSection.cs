using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>Debates to read, answer by answer.</summary>
internal static class DebateSection
{
    private const int Examples = 4;

    public static XElement? Render(ReportData data)
    {
        var source = data.Evaluations.LastOrDefault(evaluation => evaluation.IsDebate);
        if (source is null) return null;
        var debates = source.Transcripts;
        var seed = new Seed(data.Config.Seed).Of("report");
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Debates: " + data.Label(source.Method.Key, source.Iteration)),
            source.HasAccuracy
                ? Group("Critics turned it round", DebateExamples.Corrected(debates, seed.Of("corrected"), Examples), data.Task)
                    .Concat(Group("The vote is wrong", DebateExamples.Lost(debates, seed.Of("lost"), Examples), data.Task))
                : null,
            Group("Drawn from all", DebateExamples.Any(debates, seed.Of("any"), Examples), data.Task));
    }

    private static IEnumerable<XElement> Group(string title, IReadOnlyList<Transcript> debates, IDebateTask task)
    {
        yield return Html.Element("h3", null, title);
        if (debates.Count == 0) yield return Html.Element("p", "soft", "None in this run.");
        foreach (var debate in debates) yield return Debate(debate, task);
    }

    private static XElement Debate(Transcript debate, IDebateTask task) => Html.Element(
        "details",
        null,
        Html.Element(
            "summary",
            null,
            Html.Element("span", "question", debate.Question),
            " Vote: ",
            Html.Element("b", Mark(debate.Correct), debate.Vote ?? "none"),
            debate.Truth is null ? null : $", truth: {debate.Truth}"),
        debate.Turns.OrderBy(turn => turn.Round).ThenBy(turn => turn.Agent).Select(turn => Turn(turn, debate, task)));

    /// <summary>A class of the style sheet.</summary>
    private static string? Mark(bool? isRight) => isRight switch { true => "right", false => "wrong", null => null };

    private static XElement Turn(Turn turn, Transcript debate, IDebateTask task)
    {
        bool? isRight = debate.Truth is { } truth ? turn.Answer is { } answer && task.Same(answer, truth) : null;
        var right = Mark(isRight);
        return Html.Element(
            "div",
            $"turn {right}".TrimEnd(),
            Html.Element(
                "p",
                "who",
                $"Round {turn.Round}, {turn.Speaker} ({turn.Adapter ?? "base"}): ",
                Html.Element("b", right, turn.Answer ?? "no answer"),
                isRight switch { true => " ✓", false => " ✗", null => null }),
            turn.Summary is { } summary ? Html.Element("pre", "heard", "Heard: " + summary.Text) : null,
            Html.Element("pre", null, turn.Failure?.Message ?? turn.Text));
    }
}
