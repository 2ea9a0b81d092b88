using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>How much agents agree, and how often single answers are right, round by round.</summary>
internal static class AgreementSection
{
    public static XElement? Render(ReportData data)
    {
        var debates = data.Evaluations.Where(evaluation => evaluation.Method is Method.Debate or Method.MultiagentFt).ToList();
        if (debates.Count == 0) return null;
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Agreement"),
            Html.Table(
                ["Debate", "Round", "Equal to the vote", "Right answers", "Different answers", "No answer"],
                debates.SelectMany(evaluation => Rows(evaluation, data.Task))),
            Html.Element(
                "p",
                "soft",
                "Equal to the vote: share of all answers that equal the debate's final vote (consensus). "
                + "Different answers: their mean number in a problem. A society that answers alike early has little left to discuss."));
    }

    private static IEnumerable<string[]> Rows(Evaluation evaluation, IDebateTask task)
    {
        var rounds = evaluation.Transcripts.Max(transcript => transcript.Rounds);
        for (var round = 1; round <= rounds; round++)
        {
            var turns = (
                from debate in evaluation.Transcripts
                from turn in debate.Turns
                where turn.Round == round
                select (Debate: debate, turn.Answer)).ToList();
            var distinct = turns.GroupBy(turn => turn.Debate.ProblemId, turn => turn.Answer).Average(answers => Distinct(answers, task));
            yield return
            [
                MethodSection.Label(evaluation.Method, evaluation.Iteration),
                $"{round}",
                Share(turn => turn.Answer is { } answer && turn.Debate.Vote is { } vote && task.Same(answer, vote)),
                Share(turn => turn.Answer is { } answer && task.Same(answer, turn.Debate.Truth)),
                $"{distinct:0.00}",
                Share(turn => turn.Answer is null),
            ];

            string Share(Func<(Transcript Debate, string? Answer), bool> counts) =>
                Html.Percent(turns.Average(turn => counts(turn) ? 1.0 : 0));
        }
    }

    private static int Distinct(IEnumerable<string?> answers, IDebateTask task)
    {
        var seen = new List<string>();
        foreach (var answer in answers.OfType<string>())
        {
            if (!seen.Exists(other => task.Same(other, answer))) seen.Add(answer);
        }
        return seen.Count;
    }
}
