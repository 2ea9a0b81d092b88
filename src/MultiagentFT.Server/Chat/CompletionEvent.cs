using System.Threading.Channels;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Server.Chat;

/// <summary>Something that happened to one choice of a streamed completion.</summary>
/// <param name="Index">The choice, from 0.</param>
/// <param name="Text">What follows the text so far; null at the end.</param>
/// <param name="Drawn">Tokens that have come since the last event, where the client wants log-probabilities.</param>
/// <param name="Result">The whole answer, at its end.</param>
internal readonly record struct CompletionEvent(int Index, string? Text, IReadOnlyList<DrawnToken>? Drawn, GenerationResult? Result)
{
    /// <summary>What has come, the pieces of a choice as one; its end stays an event of its own.</summary>
    public static IReadOnlyList<CompletionEvent> Take(ChannelReader<CompletionEvent> events)
    {
        var taken = new List<CompletionEvent>();
        while (events.TryRead(out var next))
        {
            var at = taken.FindLastIndex(before => before.Index == next.Index);
            if (at >= 0 && next.Result is null) taken[at] = taken[at].With(next);
            else taken.Add(next);
        }
        return taken;
    }

    /// <summary>This piece and the one that follows it, as one.</summary>
    private CompletionEvent With(CompletionEvent next) => this with
    {
        Text = Text + next.Text,
        Drawn = Drawn is null || next.Drawn is null ? Drawn ?? next.Drawn : [.. Drawn, .. next.Drawn],
    };
}
