using System.Globalization;

namespace MultiagentFT.Debate.Tasks.Grading.Strict;

/// <summary>The normalization of the MATH data set (hendrycks/math, math_equivalence.py), which works on text alone.</summary>
internal static class MathNormalization
{
    private const string RightUnit = "\\text{ ";

    public static string Of(string answer)
    {
        var text = StrictText.Unwrapped(answer.Trim()).Trim();
        return Strip(text) ?? text;
    }

    /// <summary>Null where that code fails, and so leaves the answer alone.</summary>
    private static string? Strip(string text)
    {
        text = StrictText.Without(text, "\n", "\\!").Replace("\\\\", "\\", StringComparison.Ordinal);
        text = text.Replace("tfrac", "frac", StringComparison.Ordinal).Replace("dfrac", "frac", StringComparison.Ordinal);
        text = StrictText.Without(text, "\\left", "\\right", "^{\\circ}", "^\\circ", "\\$");
        var unit = text.IndexOf(RightUnit, StringComparison.Ordinal);
        if (unit >= 0 && text.IndexOf(RightUnit, unit + 1, StringComparison.Ordinal) >= 0) return null;
        if (unit >= 0) text = text[..unit];
        text = StrictText.Without(text, "\\%").Replace(" .", " 0.", StringComparison.Ordinal).Replace("{.", "{0.", StringComparison.Ordinal);
        if (text.Length == 0) return text;
        if (text[0] == '.') text = "0" + text;
        if (text.Split('=') is [{ Length: <= 2 }, var value]) text = value;
        if (Roots(text) is not { } roots) return null;
        if (Fractions(roots.Replace(" ", "", StringComparison.Ordinal)) is not { } fractions) return null;
        return fractions == "0.5" ? "\\frac{1}{2}" : Slash(fractions);
    }

    private static string? Roots(string text)
    {
        var parts = text.Split("\\sqrt");
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i].Length == 0) return null;
            if (parts[i][0] != '{') parts[i] = $"{{{parts[i][0]}}}{parts[i][1..]}";
        }
        return string.Join("\\sqrt", parts);
    }

    private static string? Fractions(string text)
    {
        var parts = text.Split("\\frac");
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i].Length == 0) return null;
            if (parts[i][0] == '{') continue;
            if (parts[i].Length < 2) return text;
            var second = parts[i][1] == '{' ? "{" : $"{{{parts[i][1]}}}";
            parts[i] = $"{{{parts[i][0]}}}{second}{parts[i][2..]}";
        }
        return string.Join("\\frac", parts);
    }

    private static string Slash(string text) =>
        text.Split('/') is [var a, var b] && IsPlain(a) && IsPlain(b) ? $"\\frac{{{a}}}{{{b}}}" : text;

    private static bool IsPlain(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value.ToString(CultureInfo.InvariantCulture) == text;
}
