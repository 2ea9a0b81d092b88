using System.Collections.Frozen;
using System.Globalization;

namespace MultiagentFT.Debate.Tasks;

/// <summary>What stands in a box in place of an answer: nothing, dots, question marks, the words of the prompt.</summary>
internal static class Placeholder
{
    private const int MostCharacters = 200;

    private static readonly string[] Wrappers = ["\\text", "\\mathrm", "\\mbox", "\\textbf", "\\mathbf", "\\textit", "\\boxed", "\\fbox"];

    private static readonly FrozenSet<string> Words = new[]
    {
        "answer", "your answer", "final answer", "your final answer", "the answer", "the final answer", "youranswer", "finalanswer",
        "answer here", "your answer here", "insert answer here", "result", "final result", "your result", "solution", "your solution",
        "ans", "tbd", "n/a", "placeholder", "final value",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Commands =
        ["ldots", "cdots", "dots", "square", "quad", "qquad", "phantom", "Box", "ast", "hspace", "underline"];

    public static bool Is(ReadOnlySpan<char> content)
    {
        if (content.Length > MostCharacters) return false;
        content = Unwrapped(content);
        var text = content.ToString();
        foreach (var command in Commands) text = text.Replace("\\" + command, "", StringComparison.Ordinal);
        if (!text.Any(symbol => char.IsLetterOrDigit(symbol) || IsSign(symbol))) return true;
        return Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(content.Trim("<>[]().*:_- "));
    }

    /// <summary>Signs that say something without letters or digits: ∞, ∅, \emptyset is letters.</summary>
    private static bool IsSign(char symbol) =>
        char.GetUnicodeCategory(symbol) is UnicodeCategory.MathSymbol or UnicodeCategory.OtherSymbol or UnicodeCategory.OtherNumber
        && symbol is not ('~' or '|' or '□');

    private static ReadOnlySpan<char> Unwrapped(ReadOnlySpan<char> content)
    {
        for (var depth = 0; depth < 8; depth++)
        {
            content = content.Trim(" \t\r\n$");
            var inner = content;
            foreach (var wrapper in Wrappers)
            {
                if (!inner.StartsWith(wrapper, StringComparison.Ordinal)) continue;
                if (inner[wrapper.Length..].TrimStart() is ['{', ..] group) inner = group;
            }
            if (inner is not ['{', .. var middle, '}'] || !IsBalanced(middle)) return content;
            content = middle;
        }
        return content;
    }

    private static bool IsBalanced(ReadOnlySpan<char> content)
    {
        var depth = 0;
        foreach (var symbol in content)
        {
            depth += symbol switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth < 0) return false;
        }
        return depth == 0;
    }
}
