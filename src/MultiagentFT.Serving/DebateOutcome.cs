using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Serving;

/// <summary>A debate on a question of the user's own.</summary>
/// <param name="Question">As the agents were asked.</param>
/// <param name="Turns">All turns, by round and agent.</param>
/// <param name="Vote">The majority answer of the last round; null when nobody answered.</param>
/// <param name="Votes">Answers that equal it.</param>
/// <param name="Voters">Answers of the last round.</param>
/// <param name="Truth">The right answer; null when it is not known.</param>
/// <param name="Correct">Whether the vote is right; null when that is not known.</param>
public sealed record DebateOutcome(
    string Question, IReadOnlyList<Turn> Turns, string? Vote, int Votes, int Voters, string? Truth, bool? Correct)
{
    /// <summary>
    /// The turn that answers for the society: the first of the last round whose answer equals the vote. Without a vote (of free text
    /// nobody can tell what it commits to) it is the first of that round that did not fail; null when all of them did.
    /// </summary>
    [JsonIgnore]
    public Turn? Answer { get; init; }

    /// <param name="same">Whether two answers are equal.</param>
    /// <exception cref="GenerationException">No agent could answer.</exception>
    internal static DebateOutcome Of(Transcript transcript, Func<string, string, bool> same)
    {
        var failures = transcript.Turns.Select(turn => turn.Failure).ToList();
        if (failures.TrueForAll(failure => failure is not null))
            throw new GenerationException(failures[0]!.Kind, $"no agent could answer: {failures[0]!.Message}");
        return new DebateOutcome(
            transcript.Question,
            transcript.Turns,
            transcript.Vote,
            transcript.Result.Votes,
            transcript.Result.Voters,
            transcript.Truth,
            transcript.Correct)
        {
            Answer = transcript.Turns.FirstOrDefault(turn => turn.Round == transcript.Rounds
                && (transcript.Vote is { } vote ? turn.Answer is { } answer && same(answer, vote) : turn.Failure is null)),
        };
    }
}
