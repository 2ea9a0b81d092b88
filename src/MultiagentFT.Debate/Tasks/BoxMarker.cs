namespace MultiagentFT.Debate.Tasks;

/// <summary>The commands that box an answer.</summary>
internal static class BoxMarker
{
    private const int MostArguments = 200;

    private static readonly string[] Names = ["\\boxed", "\\fbox"];

    /// <summary>The length of the command at a backslash; 0 for other commands, \boxedsolution among them.</summary>
    public static int LengthAt(string text, int at)
    {
        foreach (var name in Names)
        {
            var end = at + name.Length;
            var isNamed = string.CompareOrdinal(text, at, name, 0, name.Length) == 0;
            if (isNamed && (end == text.Length || !char.IsAsciiLetter(text[end]))) return name.Length;
        }
        return 0;
    }

    /// <summary>The end of the number, command or single character that stands without braces.</summary>
    public static int TokenEnd(string text, int at)
    {
        var end = at + 1;
        if (text[at] == '\\')
        {
            while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
            return end == at + 1 ? Math.Min(end + 1, text.Length) : Arguments(text, end);
        }
        if (text[at] == '-' || char.IsAsciiDigit(text[at]))
            while (IsDigit(text, end) || (end < text.Length && text[end] is '.' or ',' && IsDigit(text, end + 1))) end++;
        return end;
    }

    private static bool IsDigit(string text, int at) => at < text.Length && char.IsAsciiDigit(text[at]);

    /// <summary>The end of the groups behind a command, as those of \frac{1}{2}, if they end soon.</summary>
    private static int Arguments(string text, int at)
    {
        var (depth, end) = (0, at);
        for (var i = at; i < Math.Min(text.Length, at + MostArguments); i++)
        {
            if (depth == 0 && text[i] != '{') break;
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0) end = i + 1;
        }
        return end;
    }
}
