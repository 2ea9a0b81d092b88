using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Cli.Rendering;

/// <summary>A debate on a question of the user's own.</summary>
/// <param name="Question">As the agents were asked.</param>
/// <param name="Turns">All turns, by round and agent.</param>
/// <param name="Vote">The majority answer of the last round; null when nobody answered.</param>
/// <param name="Votes">Answers that equal it.</param>
/// <param name="Voters">Answers of the last round.</param>
/// <param name="Truth">The right answer; null when it is not known.</param>
/// <param name="Correct">Whether the vote is right; null when that is not known.</param>
internal sealed record DebateOutcome(
    string Question, IReadOnlyList<Turn> Turns, string? Vote, int Votes, int Voters, string? Truth, bool? Correct)
{
    public static DebateOutcome Of(Transcript transcript, bool hasTruth) => new(
        transcript.Question,
        transcript.Turns,
        transcript.Vote,
        transcript.Result.Votes,
        transcript.Result.Voters,
        hasTruth ? transcript.Truth : null,
        hasTruth ? transcript.Correct : null);
}
