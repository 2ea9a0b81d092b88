namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>What the characters ahead decide.</summary>
internal static class Lookahead
{
    /// <summary>Of the digits behind \log_: in \log_23 the base is 2; in \log_10 x it is all digits.</summary>
    public static bool IsBaseOfOneDigit(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        while (at < text.Length && text[at] == ' ') at++;
        return at >= text.Length || text[at] is '+' or '-' or ',' or ')' or '}' or '=' or '.';
    }

    /// <summary>A dollar sign is the currency when it is the only one and digits follow; else it delimits mathematics.</summary>
    public static bool IsCurrency(string text, int at) =>
        at + 1 < text.Length
        && char.IsAsciiDigit(text[at + 1])
        && !text.AsSpan(at + 1).Contains('$')
        && text.IndexOf('$', StringComparison.Ordinal) == at;

    /// <summary>The length of the space that a line break may ask for, [4pt]; 0 where it does not.</summary>
    public static int LineSpace(string text, int at)
    {
        if (at >= text.Length || text[at] != '[') return 0;
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or '-' or ' ')) end++;
        var isLength = end > at + 1 && end + 2 < text.Length && text[end + 2] == ']' && text.AsSpan(end, 2) is "pt" or "ex" or "em" or "mm" or "cm" or "in";
        return isLength ? end + 3 - at : 0;
    }

    /// <summary>p.m. and a.m. are words whatever surrounds them; <paramref name="at"/> is behind their first letter.</summary>
    public static string? Clock(string text, string run, int at)
    {
        if (run is not ("a" or "p" or "A" or "P") || at + 1 >= text.Length || text[at] != '.' || text[at + 1] is not ('m' or 'M')) return null;
        return at + 2 < text.Length && char.IsLetterOrDigit(text[at + 2]) ? null : run + "m";
    }
}
