using System.Text.Json.Serialization;

namespace MultiagentFT.Debate.Protocol;

/// <summary>A finished debate on one problem: a line of a transcript file.</summary>
/// <param name="Format">Version of the format, <see cref="Foundation.FileFormat.Current"/>.</param>
/// <param name="ProblemId">The problem's id.</param>
/// <param name="Question">The question.</param>
/// <param name="Truth">The right answer (only accuracy looks at it); null where it is not known.</param>
/// <param name="Turns">All turns, by round and agent.</param>
/// <param name="Votes">The vote of every round; the last one is the debate's result.</param>
public sealed record Transcript(
    int Format, string ProblemId, string Question, string? Truth, IReadOnlyList<Turn> Turns, IReadOnlyList<RoundVote> Votes)
{
    [JsonIgnore]
    public int Rounds => Votes.Count;

    /// <summary>The vote that ended the debate.</summary>
    [JsonIgnore]
    public RoundVote Result => Votes[^1];

    /// <summary>The majority answer of the last round; null when nobody answered.</summary>
    public string? Vote => Result.Answer;

    /// <summary>Whether the vote equals the truth; null where that is not known.</summary>
    public bool? Correct => Result.Correct;

    /// <summary>Answers of the last round, those included that failed or could not be read.</summary>
    [JsonIgnore]
    public int LastAnswers => Turns.Count(turn => turn.Round == Rounds);

    /// <summary>Whether the first answers differ, or some are missing.</summary>
    [JsonIgnore]
    public bool IsContested => Votes[0].Votes < Turns.Count(turn => turn.Round == 1);

    /// <summary>New tokens of all turns and summaries.</summary>
    [JsonIgnore]
    public long GeneratedTokens => Turns.Sum(turn => (long)turn.GeneratedTokens + (turn.Summary?.GeneratedTokens ?? 0));

    /// <summary>The vote after a round (from 1), or that with which the debate had ended before.</summary>
    public RoundVote VoteAfter(int round) => Votes[Math.Min(round, Rounds) - 1];

    /// <summary>The turn of a round (from 1) and an agent (from 0).</summary>
    public Turn At(int round, int agent) => Turns.First(turn => turn.Round == round && turn.Agent == agent);
}
