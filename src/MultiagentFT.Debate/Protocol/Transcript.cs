using System.Text.Json.Serialization;

namespace MultiagentFT.Debate.Protocol;

/// <summary>A finished debate on one problem: a line of a transcript file.</summary>
/// <param name="ProblemId">The problem's id.</param>
/// <param name="Question">The question.</param>
/// <param name="Truth">The right answer (only accuracy looks at it).</param>
/// <param name="Turns">All turns, by round and agent.</param>
/// <param name="Vote">The majority answer of the last round; null when nobody answered.</param>
/// <param name="Correct">Whether the vote equals the truth.</param>
public sealed record Transcript(
    string ProblemId,
    string Question,
    string Truth,
    IReadOnlyList<Turn> Turns,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Vote,
    bool Correct)
{
    [JsonIgnore]
    public int Rounds => Turns.Max(turn => turn.Round);

    /// <summary>The turn of a round (from 1) and an agent (from 0).</summary>
    public Turn At(int round, int agent) => Turns.First(turn => turn.Round == round && turn.Agent == agent);

    /// <summary>New tokens of all turns and summaries.</summary>
    [JsonIgnore]
    public long GeneratedTokens => Turns.Sum(turn => (long)turn.GeneratedTokens + (turn.Summary?.GeneratedTokens ?? 0));
}
