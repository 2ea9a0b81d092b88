using System.Globalization;
using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tasks.Grading.Strict;

/// <summary>Numbers as Python's float reads them: 12_3 is 123.</summary>
internal static partial class StrictNumbers
{
    private const double Tolerance = 1e-7;

    public static bool IsWhole(string text) => Parse(WithoutCommas(text)) is { } value && Math.Abs(value - Math.Round(value)) <= Tolerance;

    /// <summary>The digits of a whole number written in any way; null for other texts.</summary>
    public static string? Whole(string text) => IsWhole(text) && Parse(text.Replace(",", "", StringComparison.Ordinal)) is { } value
        ? Digits(text) ?? Math.Round(value).ToString("F0", CultureInfo.InvariantCulture)
        : null;

    /// <summary>1,000 is 1000.</summary>
    public static string WithoutCommas(string text) =>
        text.Contains(',', StringComparison.Ordinal) ? Comma().Replace(text, "") : text;

    public static double? Parse(string text) =>
        double.TryParse(Underscore().Replace(text, ""), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : null;

    /// <summary>Numbers longer than floating point holds keep their digits.</summary>
    private static string? Digits(string text)
    {
        var plain = text.Replace(",", "", StringComparison.Ordinal);
        return plain.Length > 15 && plain.All(char.IsAsciiDigit) ? plain.TrimStart('0') : null;
    }

    [GeneratedRegex("(?<=[0-9])_(?=[0-9])")]
    private static partial Regex Underscore();

    [GeneratedRegex(@"(?<=[0-9]),(?=[0-9]{3}($|[^0-9]))")]
    private static partial Regex Comma();
}
