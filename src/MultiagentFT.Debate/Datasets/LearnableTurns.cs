using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Datasets;

/// <summary>Which turns may be learned from.</summary>
internal static class LearnableTurns
{
    /// <summary>
    /// Whether the agent ended the turn itself and committed to an answer. Failed, unparsed and cut answers teach
    /// rambling, whatever the vote says.
    /// </summary>
    public static bool IsLearnable(this Turn turn) =>
        turn is { Failure: null, Answer: not null, Finish: FinishReason.EndOfTurn } && !string.IsNullOrWhiteSpace(turn.Text);
}
