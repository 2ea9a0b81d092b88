namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Writes an answer in one way: without markup, units, blanks and the name of the unknown, thousands unseparated,
/// every argument of \frac and \sqrt in braces, in lower case.
/// </summary>
internal static class AnswerText
{
    private static readonly HashSet<string> Wrappers =
        ["\\boxed", "\\fbox", "\\text", "\\textbf", "\\textit", "\\textrm", "\\mathrm", "\\mathbf", "\\mbox"];

    private static readonly HashSet<string> Silent =
    [
        LatexTokens.Blank, "~", "$", "\\$", "%", "\\%", "°", "\\degree",
        "\\left", "\\right", "\\!", "\\,", "\\;", "\\:", "\\ ", "\\quad", "\\qquad",
    ];

    private static readonly Dictionary<string, string> Synonyms = new()
    {
        ["\\dfrac"] = "\\frac",
        ["\\tfrac"] = "\\frac",
        ["\\cfrac"] = "\\frac",
        ["\\cdot"] = "*",
        ["\\times"] = "*",
        ["×"] = "*",
        ["\\div"] = "/",
        ["÷"] = "/",
        ["−"] = "-",
        ["–"] = "-",
        ["π"] = "\\pi",
        ["∞"] = "\\infty",
        ["\\le"] = "\\leq",
        ["\\ge"] = "\\geq",
        ["\\ne"] = "\\neq",
    };

    /// <summary>The normal form; empty when nothing but markup is there.</summary>
    public static string Normalize(string answer)
    {
        var tokens = LatexTokens.Of(answer.Trim());
        Unwrap(tokens);
        NumberTokens.JoinThousands(tokens);
        NumberTokens.MarkMixed(tokens);
        tokens = Simplify(tokens);
        AnswerUnits.Strip(tokens);
        tokens.RemoveAll(Wrappers.Contains);
        StripName(tokens);
        NumberTokens.StripPeriod(tokens);
        NumberTokens.LeadPoints(tokens);
        Unwrap(tokens);
        return LatexArguments.Brace(tokens).ToLowerInvariant();
    }

    /// <summary>Removes braces and wrappers such as \boxed{} and \text{} from around the whole answer.</summary>
    private static void Unwrap(List<string> tokens)
    {
        while (true)
        {
            while (tokens.Count > 0 && tokens[0] is LatexTokens.Blank or "$") tokens.RemoveAt(0);
            while (tokens.Count > 0 && tokens[^1] is LatexTokens.Blank or "$") tokens.RemoveAt(tokens.Count - 1);
            if (tokens.Count < 2) return;
            var open = tokens[0] == "{" ? 0 : Wrappers.Contains(tokens[0]) && tokens[1] == "{" ? 1 : -1;
            if (open < 0 || LatexTokens.Close(tokens, open) != tokens.Count - 1) return;
            tokens.RemoveAt(tokens.Count - 1);
            tokens.RemoveRange(0, open + 1);
        }
    }

    private static List<string> Simplify(List<string> tokens)
    {
        var simple = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Silent.Contains(tokens[i])) continue;
            if (tokens[i] == "^" && Degree(tokens, i + 1) is var length and > 0) i += length;
            else simple.Add(Synonyms.GetValueOrDefault(tokens[i], tokens[i]));
        }
        return simple;
    }

    /// <summary>The number of tokens of \circ or {\circ} from an index on; 0 when there is something else.</summary>
    private static int Degree(List<string> tokens, int at)
    {
        var start = at;
        while (at < tokens.Count && tokens[at] is "{" or LatexTokens.Blank) at++;
        if (at >= tokens.Count || tokens[at] != "\\circ") return 0;
        var closed = tokens[start] == "{" && at + 1 < tokens.Count && tokens[at + 1] == "}" ? 1 : 0;
        return at + 1 + closed - start;
    }

    /// <summary>x = 3 answers with 3.</summary>
    private static void StripName(List<string> tokens)
    {
        if (tokens.Count > 2 && tokens[1] == "=" && tokens[0].Length == 1 && LatexTokens.IsWord(tokens[0]) && tokens.LastIndexOf("=") == 1)
            tokens.RemoveRange(0, 2);
    }
}
