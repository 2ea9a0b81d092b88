using System.Buffers;
using System.Runtime.CompilerServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Prompts;

/// <summary>
/// The spellings of control tokens. Markup in a message's content would become a control token among those of the chat
/// template, and so end the turn or begin one that nobody wrote.
/// </summary>
public static class ControlMarkup
{
    private static readonly ConditionalWeakTable<ITokenizer, SearchValues<string>> Spellings = [];

    /// <summary>Checks the contents of a conversation.</summary>
    /// <exception cref="InputException">One spells a control token; the message names both.</exception>
    public static void RequireNone(ITokenizer tokenizer, IReadOnlyList<ChatMessage> messages)
    {
        var spellings = Spellings.GetValue(tokenizer, key => SearchValues.Create([.. key.ControlTokens], StringComparison.Ordinal));
        for (var i = 0; i < messages.Count; i++)
        {
            var content = messages[i].Content.AsSpan();
            var start = content.IndexOfAny(spellings);
            if (start < 0) continue;
            var found = "";
            foreach (var spelling in tokenizer.ControlTokens)
            {
                if (spelling.Length > found.Length && content[start..].StartsWith(spelling, StringComparison.Ordinal)) found = spelling;
            }
            throw new InputException($"message {i + 1}", "content", "text without the model's control tokens", found);
        }
    }
}
