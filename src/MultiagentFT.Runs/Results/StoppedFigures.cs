using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Runs.Results;

/// <summary>What debates had come to if each had ended once all its agents agreed (<see cref="DebateStop.Agreed"/>).</summary>
/// <param name="Accuracy">In [0, 1]; null where no right answer is known.</param>
/// <param name="GeneratedTokens">Tokens of the turns up to there.</param>
/// <param name="TokensSaved">Those after it.</param>
public sealed record StoppedFigures(double? Accuracy, long GeneratedTokens, long TokensSaved)
{
    /// <returns>Null where no debate would have ended earlier.</returns>
    public static StoppedFigures? Of(IReadOnlyList<Transcript> transcripts, IDebateTask task)
    {
        Transcript[] stopped = [.. transcripts.Select(transcript => EarlyStop.Apply(DebateStop.Agreed, transcript, task))];
        var tokens = stopped.Sum(transcript => transcript.GeneratedTokens);
        var saved = transcripts.Sum(transcript => transcript.GeneratedTokens) - tokens;
        return saved == 0 ? null : new StoppedFigures(Debate.Protocol.Accuracy.Of(stopped) is { IsKnown: true } accuracy ? accuracy.Mean : null, tokens, saved);
    }
}
