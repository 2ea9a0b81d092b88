namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>Drops the unit that an answer ends in: 80 degrees, 12 square inches, 180\text{ cm}, 5\text{ m}^2.</summary>
internal static class AnswerUnits
{
    private static readonly HashSet<string> Names =
    [
        "degree", "millimeter", "centimeter", "kilometer", "meter", "mile", "inch", "foot", "feet", "yard", "mm", "cm", "km",
        "second", "minute", "hour", "day", "week", "month", "year", "gram", "kilogram", "kg", "pound", "ounce", "dollar", "cent",
        "square", "cubic", "sq",
    ];

    private static readonly HashSet<string> TextCommands = ["\\text", "\\textrm", "\\mathrm", "\\mbox"];

    public static void Strip(List<string> tokens)
    {
        while (StripWord(tokens) || StripText(tokens))
        {
        }
    }

    private static bool StripWord(List<string> tokens)
    {
        var end = WithoutPower(tokens, WithoutBlanks(tokens, tokens.Count));
        var start = end - 1;
        if (start < 1 || !LatexTokens.IsWord(tokens[start]) || !IsUnit(tokens[start])) return false;
        if (WithoutBlanks(tokens, start) == 0) return false;
        tokens.RemoveRange(start, tokens.Count - start);
        return true;
    }

    /// <summary>A last \text{} of words behind something else is a unit, whatever its name.</summary>
    private static bool StripText(List<string> tokens)
    {
        var end = tokens.Count > 1 && tokens[^1] == "." && tokens[^2] == "}" ? tokens.Count - 1 : tokens.Count;
        end = WithoutPower(tokens, WithoutBlanks(tokens, end));
        if (end < 1 || tokens[end - 1] != "}") return false;
        var start = end - 1;
        while (start > 0 && tokens[start] != "{")
        {
            start--;
            if (!LatexTokens.IsWord(tokens[start]) && tokens[start] is not (LatexTokens.Blank or "{" or "." or "/")) return false;
        }
        if (start < 2 || tokens[start] != "{" || !TextCommands.Contains(tokens[start - 1])) return false;
        if (WithoutBlanks(tokens, start - 1) == 0) return false;
        tokens.RemoveRange(start - 1, tokens.Count - start + 1);
        return true;
    }

    private static bool IsUnit(string word)
    {
        var name = word.ToLowerInvariant();
        return Names.Contains(name)
            || (name.EndsWith('s') && Names.Contains(name[..^1]))
            || (name.EndsWith("es", StringComparison.Ordinal) && Names.Contains(name[..^2]));
    }

    private static int WithoutBlanks(List<string> tokens, int end)
    {
        while (end > 0 && tokens[end - 1] == LatexTokens.Blank) end--;
        return end;
    }

    /// <summary>The end before ^2 or ^{2} behind a unit.</summary>
    private static int WithoutPower(List<string> tokens, int end)
    {
        var digit = end > 1 && tokens[end - 1] == "}" ? end - 2 : end - 1;
        var caret = digit == end - 1 ? digit - 1 : digit - 2;
        var isPower = caret > 0 && tokens[caret] == "^" && tokens[digit] is "2" or "3" && (digit == end - 1 || tokens[caret + 1] == "{")
            && (LatexTokens.IsWord(tokens[caret - 1]) || tokens[caret - 1] == "}");
        return isPower ? caret : end;
    }
}
