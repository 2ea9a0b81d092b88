namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>Writes the numbers within an answer in one way. White space is still there as tokens, and tells numbers apart.</summary>
internal static class NumberTokens
{
    /// <summary>12,345 and 12,\! 345 are one number; 12, 345 are two.</summary>
    public static void JoinThousands(List<string> tokens)
    {
        for (var i = 0; i + 2 < tokens.Count;)
        {
            var next = i + 2;
            while (next < tokens.Count && tokens[next] is LatexTokens.Blank or "\\!") next++;
            var adjacent = next == i + 2 || tokens.IndexOf("\\!", i + 2, next - i - 2) >= 0;
            if (LatexTokens.IsDigits(tokens[i]) && tokens[i + 1] == "," && adjacent && next < tokens.Count
                && LatexTokens.IsDigits(tokens[next]) && tokens[next].Length == 3)
            {
                tokens[i] += tokens[next];
                tokens.RemoveRange(i + 1, next - i);
            }
            else i++;
        }
    }

    /// <summary>2 7/10 is 2\frac{7}{10}, which the blank alone tells from 27/10.</summary>
    public static void MarkMixed(List<string> tokens)
    {
        for (var i = tokens.Count - 5; i >= 0; i--)
        {
            if (LatexTokens.IsDigits(tokens[i]) && tokens[i + 1] == LatexTokens.Blank && LatexTokens.IsDigits(tokens[i + 2])
                && tokens[i + 3] == "/" && LatexTokens.IsDigits(tokens[i + 4]))
            {
                string[] fraction = ["\\frac", "{", tokens[i + 2], "}", "{", tokens[i + 4], "}"];
                tokens.RemoveRange(i + 1, 4);
                tokens.InsertRange(i + 1, fraction);
            }
        }
    }

    /// <summary>A period behind a last whole number ends a sentence: 55. is 55. In a list it is taken at its word.</summary>
    public static void StripPeriod(List<string> tokens)
    {
        var last = tokens.Count - 1;
        if (last < 1 || tokens[last] != "." || !LatexTokens.IsDigits(tokens[last - 1]) || tokens.Contains(",")) return;
        if (last < 2 || tokens[last - 2] != ".") tokens.RemoveAt(last);
    }

    /// <summary>.5 is 0.5.</summary>
    public static void LeadPoints(List<string> tokens)
    {
        for (var i = tokens.Count - 2; i >= 0; i--)
        {
            if (tokens[i] == "." && LatexTokens.IsDigits(tokens[i + 1]) && (i == 0 || !LatexTokens.IsDigits(tokens[i - 1])))
                tokens.Insert(i, "0");
        }
    }
}
