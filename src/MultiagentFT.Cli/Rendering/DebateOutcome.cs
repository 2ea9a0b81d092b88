using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

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
    public static DebateOutcome Of(Transcript transcript, int rounds, IDebateTask task, bool hasTruth)
    {
        var answers = transcript.Turns.Where(turn => turn.Round == rounds).Select(turn => turn.Answer).OfType<string>().ToList();
        return new DebateOutcome(
            transcript.Question,
            transcript.Turns,
            transcript.Vote,
            answers.Count(answer => transcript.Vote is { } vote && task.Same(vote, answer)),
            answers.Count,
            hasTruth ? transcript.Truth : null,
            hasTruth ? transcript.Correct : null);
    }
}
