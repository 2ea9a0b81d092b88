using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Datasets;

/// <summary>
/// Answers that spell a control token in ordinary tokens. No conversation may hold them, as they would end a turn or begin one, so
/// nothing can be learned from them.
/// </summary>
public static class UnreadableAnswers
{
    /// <summary>Marks them as failed.</summary>
    /// <param name="debates">As they were held.</param>
    /// <param name="markup">The control token that a text spells, or null.</param>
    /// <returns>The debates, and how many answers were marked.</returns>
    public static (IReadOnlyList<Transcript> Debates, int Count) Mark(IReadOnlyList<Transcript> debates, Func<string, string?> markup)
    {
        var count = 0;
        Transcript[] marked = [.. debates.Select(debate => debate.Turns.Any(IsUnreadable) ? debate with { Turns = [.. debate.Turns.Select(Of)] } : debate)];
        return (marked, count);

        bool IsUnreadable(Turn turn) => turn.Failure is null && markup(turn.Text) is not null;

        Turn Of(Turn turn)
        {
            if (turn.Failure is not null || markup(turn.Text) is not { } found) return turn;
            count++;
            return turn with { Failure = new GenerationFailure(FailureKind.Invalid, $"answer: expected text without the model's control tokens, found {found}") };
        }
    }

    /// <summary>Such as <c>2 answers spell control tokens and teach nothing</c>; null when there are none.</summary>
    public static string? Describe(int count) => count switch
    {
        0 => null,
        1 => "1 answer spells a control token and teaches nothing",
        _ => $"{count} answers spell control tokens and teach nothing",
    };
}
