namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Cuts an answer into commands (<c>\frac</c>, <c>\!</c>), runs of letters, runs of digits, single symbols, and one
/// blank for any run of white space. Joined again they are the answer.
/// </summary>
internal static class LatexTokens
{
    public const string Blank = " ";

    public static List<string> Of(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = at + 1;
            if (text[at] == '\\' && end < text.Length)
                end = char.IsAsciiLetter(text[end]) ? Run(text, end, char.IsAsciiLetter) : end + 1;
            else if (char.IsLetter(text[at])) end = Run(text, at, char.IsLetter);
            else if (char.IsAsciiDigit(text[at])) end = Run(text, at, char.IsAsciiDigit);
            else if (char.IsWhiteSpace(text[at])) end = Run(text, at, char.IsWhiteSpace);
            tokens.Add(char.IsWhiteSpace(text[at]) ? Blank : text[at..end]);
            at = end;
        }
        return tokens;
    }

    public static bool IsDigits(string token) => char.IsAsciiDigit(token[0]);

    public static bool IsWord(string token) => char.IsLetter(token[0]);

    public static bool IsCommand(string token) => token.Length > 1 && token[0] == '\\';

    /// <summary>The index of the brace that closes the one at <paramref name="open"/>; -1 when there is none.</summary>
    public static int Close(List<string> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            if (tokens[i] == "{") depth++;
            else if (tokens[i] == "}" && --depth == 0) return i;
        }
        return -1;
    }

    private static int Run(string text, int from, Func<char, bool> belongs)
    {
        while (from < text.Length && belongs(text[from])) from++;
        return from;
    }
}
