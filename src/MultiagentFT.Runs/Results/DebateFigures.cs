using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Runs.Results;

/// <summary>How the agents of an evaluation agree, and what their revisions do.</summary>
/// <param name="RoundAccuracies">Accuracy if the debate had ended with each round, in [0, 1]; none where no right answer is known.</param>
/// <param name="Consensus">Share of the first round's answers that equal its vote, in [0, 1]: low means diverse.</param>
/// <param name="WrongToRight">Agents whose first answer is wrong and whose last one is right.</param>
/// <param name="RightToWrong">The reverse.</param>
/// <param name="IfStopped">What it had been if every debate had ended once all agreed; null where none would have ended earlier.</param>
/// <param name="IfEqualWeights">Accuracy if every answer had counted the same in the last round's vote; null where it does, or no right answer is known.</param>
/// <param name="Revisions">What they do to answers, whatever is right; null where no debate had more than one round.</param>
public sealed record DebateFigures(
    IReadOnlyList<double> RoundAccuracies, double Consensus, int WrongToRight, int RightToWrong, StoppedFigures? IfStopped = null, double? IfEqualWeights = null,
    RevisionFigures? Revisions = null)
{
    /// <param name="transcripts">One evaluation, all with the same agents.</param>
    /// <param name="task">Compares answers.</param>
    public static DebateFigures Of(IReadOnlyList<Transcript> transcripts, IDebateTask task)
    {
        if (transcripts.Count == 0) return new DebateFigures([], 0, 0, 0);
        var rounds = transcripts.Max(transcript => transcript.Rounds);
        var (answers, agreeing, mended, spoiled) = (0, 0, 0, 0);
        foreach (var transcript in transcripts)
        {
            var first = transcript.Turns.Where(turn => turn.Round == 1).ToList();
            answers += first.Count;
            agreeing += first.Count(turn => Same(turn.Answer, transcript.Votes[0].Answer));
            if (transcript.Rounds == 1 || transcript.Truth is null) continue;
            foreach (var turn in first)
            {
                var before = Same(turn.Answer, transcript.Truth);
                var after = Same(transcript.At(transcript.Rounds, turn.Agent).Answer, transcript.Truth);
                if (!before && after) mended++;
                if (before && !after) spoiled++;
            }
        }
        var known = transcripts.Where(transcript => transcript.Truth is not null).ToList();
        var accuracies = Enumerable.Range(0, known.Count == 0 ? 0 : rounds)
            .Select(round => known.Average(transcript => transcript.VoteAfter(round + 1).Correct == true ? 1.0 : 0));
        return new DebateFigures(
            [.. accuracies], answers == 0 ? 0 : agreeing / (double)answers, mended, spoiled, StoppedFigures.Of(transcripts, task), EqualWeights(known), RevisionFigures.Of(transcripts, task));

        double? EqualWeights(List<Transcript> debates) => debates.Any(transcript => transcript.Result.EqualAnswer is not null)
            ? debates.Average(transcript => Same(transcript.Result.EqualAnswer, transcript.Truth) ? 1.0 : 0)
            : null;

        bool Same(string? answer, string? other) => answer is not null && other is not null && task.Same(answer, other);
    }
}
