using System.Globalization;

namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>Whole numbers of plain digits, which most answers are: compared without any reading of TeX.</summary>
internal static class PlainNumber
{
    private const int MostDigits = 18;

    /// <summary>Null when either is anything else.</summary>
    public static bool? Same(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        Parse(left) is { } l && Parse(right) is { } r ? l == r : null;

    private static long? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MostDigits) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
