using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Runs.Feedback;

/// <summary>One of two answers is preferred. With its other keys left out, the line is one of TRL's preference format.</summary>
/// <param name="Chosen">One assistant message.</param>
/// <param name="Rejected">Another one.</param>
/// <param name="ChosenFrom">Where the chosen one comes from.</param>
/// <param name="RejectedFrom">Where the other one comes from.</param>
public sealed record Preference(
    int Format,
    DateTimeOffset At,
    string By,
    IReadOnlyList<ChatMessage> Prompt,
    IReadOnlyList<ChatMessage> Chosen,
    IReadOnlyList<ChatMessage> Rejected,
    AnswerOrigin ChosenFrom,
    AnswerOrigin RejectedFrom) : Judgment(Format, At, By, Prompt)
{
    /// <summary>The text of the chosen answer.</summary>
    [JsonIgnore]
    public string ChosenText => Chosen[0].Content;

    /// <summary>The text of the other answer.</summary>
    [JsonIgnore]
    public string RejectedText => Rejected[0].Content;

    internal override bool Verdict => string.CompareOrdinal(ChosenText, RejectedText) < 0;

    internal override string Item => Verdict ? ItemOf(Prompt, ChosenText, RejectedText) : ItemOf(Prompt, RejectedText, ChosenText);

    /// <summary>A vote that is for both or for neither does not choose.</summary>
    internal override bool? AgreesWithVote =>
        ChosenFrom.IsVote is { } chosen && RejectedFrom.IsVote is { } rejected && chosen != rejected ? chosen : null;
}
