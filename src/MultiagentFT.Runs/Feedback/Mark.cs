using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Runs.Feedback;

/// <summary>An answer is good or bad. With its other keys left out, the line is one of TRL's unpaired preference format.</summary>
/// <param name="Completion">One assistant message.</param>
/// <param name="Label">Whether it is good.</param>
/// <param name="CompletionFrom">Where the answer comes from.</param>
public sealed record Mark(
    int Format,
    DateTimeOffset At,
    string By,
    IReadOnlyList<ChatMessage> Prompt,
    IReadOnlyList<ChatMessage> Completion,
    bool Label,
    AnswerOrigin CompletionFrom) : Judgment(Format, At, By, Prompt)
{
    /// <summary>The text of the answer.</summary>
    [JsonIgnore]
    public string Text => Completion[0].Content;

    internal override bool Verdict => Label;

    internal override string Item => ItemOf(Prompt, Text);

    internal override bool? AgreesWithVote => CompletionFrom.IsVote is { } isVote ? isVote == Label : null;
}
