using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>How much agents agree, and how often votes and single answers are right, round by round.</summary>
internal static class AgreementSection
{
    public static XElement? Render(ReportData data)
    {
        var debates = data.Evaluations.Where(evaluation => evaluation.IsDebate).ToList();
        if (debates.Count == 0) return null;
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Agreement"),
            Html.Table(
                ["Debate", "Round", "Right votes", "Equal to the vote", "Right answers", "Different answers", "No answer"],
                debates.SelectMany(evaluation => Rows(data, evaluation))),
            Html.Table(
                ["Debate", "Agents that turned right", "Agents that turned wrong", "Consensus of first answers", "New answers", "Overturned votes of all", "Right, had it ended once all agreed", "Tokens that had saved", "Right, had all answers counted the same"],
                debates.Select(evaluation => Flips(data, evaluation))),
            data.Plots.Consensus(),
            data.Plots.Flips(),
            Html.Element(
                "p",
                "soft",
                "Right votes: accuracy, if the debate ended with this round. "
                + "Equal to the vote: share of all answers that equal the debate's final vote (consensus). "
                + "Different answers: their mean number in a problem. A society that answers alike early has little left to discuss. "
                + "Agents turn right or wrong between their first answer and their last; consensus is the share of first answers that equal the first round's vote. "
                + "New answers: share of last answers that no agent of the debate had given first; overturned: first votes of all agents that the last vote is not for. Both are known without right answers. "
                + "A debate that did end once all agreed counts with its last round in later ones."));
    }

    /// <summary>What makes debates doubtful, for the report's first lines.</summary>
    public static IEnumerable<string> Warnings(ReportData data) =>
        from row in data.Summary.Methods
        let warning = row.Debate?.Revisions?.Warning()
        where warning is not null
        select $"{data.Label(row.Name, row.Iteration)}: {warning}";

    private static string[] Flips(ReportData data, Evaluation evaluation)
    {
        var figures = DebateFigures.Of(evaluation.Transcripts, data.Task);
        return
        [
            data.Label(evaluation.Method.Key, evaluation.Iteration), Html.Count(figures.WrongToRight), Html.Count(figures.RightToWrong), Html.Percent(figures.Consensus),
            figures.Revisions?.NewShare is { } share ? Html.Percent(share) : "–",
            figures.Revisions is { Unanimous: > 0 } revisions ? $"{Html.Count(revisions.Overturned)} of {Html.Count(revisions.Unanimous)}" : "–",
            figures.IfStopped is { Accuracy: { } accuracy } ? Html.Percent(accuracy) : "–",
            figures.IfStopped is { } stopped ? Html.Percent(stopped.TokensSaved / (double)(stopped.GeneratedTokens + stopped.TokensSaved)) : "–",
            figures.IfEqualWeights is { } equal ? Html.Percent(equal) : "–",
        ];
    }

    private static IEnumerable<string[]> Rows(ReportData data, Evaluation evaluation)
    {
        var rounds = evaluation.Transcripts.Max(transcript => transcript.Rounds);
        var known = evaluation.Transcripts.Where(debate => debate.Truth is not null).ToList();
        for (var round = 1; round <= rounds; round++)
        {
            var turns = (
                from debate in evaluation.Transcripts
                from turn in debate.Turns
                where turn.Round == Math.Min(round, debate.Rounds)
                select (debate.Vote, turn.Answer)).ToList();
            var answers = evaluation.Transcripts.Select(debate => debate.Turns.Where(turn => turn.Round == Math.Min(round, debate.Rounds)).Select(turn => turn.Answer));
            yield return
            [
                data.Label(evaluation.Method.Key, evaluation.Iteration),
                $"{round}",
                Known(debate => debate.VoteAfter(round).Correct == true ? 1 : 0),
                Share(turn => turn.Answer is { } answer && turn.Vote is { } vote && data.Task.Same(answer, vote)),
                Known(debate => debate.Turns.Where(turn => turn.Round == Math.Min(round, debate.Rounds))
                    .Average(turn => turn.Answer is { } answer && data.Task.Same(answer, debate.Truth!) ? 1.0 : 0)),
                $"{answers.Average(of => Distinct(of, data.Task)):0.00}",
                Share(turn => turn.Answer is null),
            ];

            string Known(Func<Transcript, double> share) =>
                known.Count == 0 ? "–" : Html.Percent(known.Average(share));

            string Share(Func<(string? Vote, string? Answer), bool> counts) =>
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
