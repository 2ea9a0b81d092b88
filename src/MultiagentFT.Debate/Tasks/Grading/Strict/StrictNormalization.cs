using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tasks.Grading.Strict;

/// <summary>The second normalization of PRM800K's grader: units of a short list go, TeX becomes plain text, case does not count.</summary>
internal static partial class StrictNormalization
{
    public static string Of(string answer)
    {
        var text = StrictText.Unwrapped(answer);
        text = StrictText.Without(text, "\\$", "$", "\\%", "%");
        text = text.Replace(" or ", " , ", StringComparison.Ordinal).Replace(" and ", " , ", StringComparison.Ordinal);
        text = text.Replace("million", "*10^6", StringComparison.Ordinal).Replace("billion", "*10^9", StringComparison.Ordinal)
            .Replace("trillion", "*10^12", StringComparison.Ordinal);
        text = Degree().Replace(Unit().Replace(text, ""), "");
        if (text.Length > 1 && text[0] == '{' && text[^1] == '}') text = text[1..^1];
        text = Thousands().Replace(text, "");
        if (text.AsSpan().ContainsAny('.', 'e')) text = StrictNumbers.Whole(text) ?? text;
        if (text.Contains('\\', StringComparison.Ordinal)) text = LatexText.Of(text) ?? text;
        text = Mixed().Replace(Minus().Replace(text, "-"), "+");
        text = StrictText.Without(text, " ", "{", "}").ToLowerInvariant();
        return StrictNumbers.Whole(text) ?? text;
    }

    [GeneratedRegex(@"(degree|cm|centimeter|meter|mile|second|minute|hour|day|week|month|year|foot|feet|inch|yard)(es)?s? *(\^[0-9]+)?")]
    private static partial Regex Unit();

    [GeneratedRegex(@"\^ *\\circ")]
    private static partial Regex Degree();

    [GeneratedRegex(@",\\! *")]
    private static partial Regex Thousands();

    [GeneratedRegex("- *")]
    private static partial Regex Minus();

    [GeneratedRegex("(?<=[0-9]) +(?=[0-9])")]
    private static partial Regex Mixed();
}
