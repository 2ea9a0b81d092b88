using System.Buffers;
using System.Runtime.CompilerServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Prompts;

/// <summary>
/// The spellings of control tokens, and of the other tokens that the chat template parts turns with. Markup in a message's content
/// would become such a token among those of the template, and so end the turn or begin one that nobody wrote.
/// </summary>
public sealed class ControlMarkup
{
    private static readonly ConditionalWeakTable<IChatTemplate, ControlMarkup> Known = [];

    private readonly string[] _spellings;
    private readonly SearchValues<string> _search;

    private ControlMarkup(IChatTemplate template, ITokenizer tokenizer)
    {
        _spellings = [.. tokenizer.ControlTokens, .. TurnTokens(template, tokenizer)];
        _search = SearchValues.Create(_spellings, StringComparison.Ordinal);
    }

    /// <summary>That of a model.</summary>
    public static ControlMarkup Of(IChatTemplate template, ITokenizer tokenizer) =>
        Known.GetValue(template, key => new ControlMarkup(key, tokenizer));

    /// <summary>The first spelling in a text; null when there is none.</summary>
    public string? Find(string text)
    {
        var start = text.AsSpan().IndexOfAny(_search);
        if (start < 0) return null;
        var found = "";
        foreach (var spelling in _spellings)
        {
            if (spelling.Length > found.Length && text.AsSpan(start).StartsWith(spelling, StringComparison.Ordinal)) found = spelling;
        }
        return found;
    }

    /// <summary>Checks the contents of a conversation.</summary>
    /// <exception cref="InputException">One spells a control token; the message names both.</exception>
    public void RequireNone(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (Find(messages[i].Content) is { } found)
                throw new InputException($"message {i + 1}", "content", "text without the model's control tokens", found);
        }
    }

    /// <summary>
    /// The user-defined tokens that the template writes around turns: those of thoughts, which answers may spell, are not among them,
    /// nor are words and blanks.
    /// </summary>
    private static IEnumerable<string> TurnTokens(IChatTemplate template, ITokenizer tokenizer)
    {
        var tokens = tokenizer.UserDefinedTokens.Where(spelling => spelling.Any(letter => !char.IsLetterOrDigit(letter) && !char.IsWhiteSpace(letter)));
        if (!tokens.Any()) return [];
        ChatMessage[] turns = [ChatMessage.User("0"), ChatMessage.Assistant("0"), ChatMessage.User("0")];
        var texts = new[] { Rendered(template, turns), Rendered(template, [ChatMessage.System("0"), .. turns]) };
        return tokens.Where(spelling => texts.Any(text => text.Contains(spelling, StringComparison.Ordinal)));
    }

    /// <summary>Nothing where the template refuses such a conversation.</summary>
    private static string Rendered(IChatTemplate template, IReadOnlyList<ChatMessage> messages)
    {
        try
        {
            return template.Render(messages, addGenerationPrompt: false);
        }
        catch (InputException)
        {
            return "";
        }
    }
}
