using System.Text.Json.Serialization;

namespace MultiagentFT.Debate.Protocol;

/// <summary>The vote over the answers of one round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Answer">The text of the winning group's first member; null when nobody answered.</param>
/// <param name="Votes">Answers of that group.</param>
/// <param name="Voters">Answers of the round; agents without one do not vote.</param>
/// <param name="Correct">Whether the answer equals the truth; null where that is not known.</param>
/// <param name="EqualAnswer">Where answers have weights, what had won if all counted the same; null, and not in files, where all do.</param>
public sealed record RoundVote(
    int Round,
    string? Answer,
    int Votes,
    int Voters,
    bool? Correct,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EqualAnswer = null);
