using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>How many answers of some debates are missing or not whole.</summary>
/// <param name="Failed">Answers and summaries that the engine could not give.</param>
/// <param name="Cut">Answers that ended at the limit of their length.</param>
public readonly record struct AnswerCounts(int Failed, int Cut)
{
    public static AnswerCounts Of(IEnumerable<Transcript> transcripts)
    {
        var (failed, cut) = (0, 0);
        foreach (var turn in transcripts.SelectMany(transcript => transcript.Turns))
        {
            if (turn.Failure is not null) failed++;
            if (turn.Summary?.Failure is not null) failed++;
            if (turn.Finish == FinishReason.Length) cut++;
        }
        return new AnswerCounts(failed, cut);
    }

    /// <summary>The same as <see cref="Describe"/>, with the first reason of a failure.</summary>
    public static string? DescribeWithReason(IReadOnlyList<Transcript> transcripts)
    {
        var counts = Of(transcripts);
        if (counts.Failed == 0) return counts.Describe();
        var first = transcripts.SelectMany(transcript => transcript.Turns).SelectMany(turn => new[] { turn.Summary?.Failure, turn.Failure }).First(failure => failure is not null);
        return $"{counts.Describe()} (the first: {first!.Message})";
    }

    /// <summary>Such as <c>3 answers failed, 12 cut by length</c>; null when all are whole.</summary>
    public string? Describe() => (Failed, Cut) switch
    {
        (0, 0) => null,
        (0, _) => $"{Cut} answers cut by length",
        (_, 0) => $"{Failed} answers failed",
        _ => $"{Failed} answers failed, {Cut} cut by length",
    };
}
