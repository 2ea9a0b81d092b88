using System.Globalization;
using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>The value of digits as written: decimals with exponents, numerals of another base, repeating decimals.</summary>
internal static class DigitString
{
    private const int MostDigits = 1000;

    public static Rational? Decimal(string text)
    {
        var exponent = 0;
        var mark = text.IndexOf('e', StringComparison.Ordinal);
        if (mark >= 0 && !int.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return null;
        return Math.Abs((long)exponent) > MostDigits ? null : InBase(mark < 0 ? text : text[..mark], 10)?.Times(PowerOfTen(exponent));
    }

    /// <summary>Null when a digit does not belong to the base.</summary>
    public static Rational? InBase(string text, int radix)
    {
        if (text.Length > MostDigits) return null;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? text : text.Remove(point, 1);
        if (digits.Length == 0 || digits.Any(digit => !char.IsAsciiDigit(digit) || digit - '0' >= radix)) return null;
        var value = BigInteger.Zero;
        if (radix == 10) value = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        else foreach (var digit in digits) value = (value * radix) + (digit - '0');
        return Rational.Of(value, point < 0 ? 1 : BigInteger.Pow(radix, digits.Length - point));
    }

    /// <summary>0.1 with 6 repeated is 1/6.</summary>
    public static Rational? Repeating(string start, string repeated)
    {
        if (start.Length + repeated.Length > MostDigits || !start.Contains('.', StringComparison.Ordinal)) return null;
        var places = start.Length - 1 - start.IndexOf('.', StringComparison.Ordinal);
        var period = Rational.Of(
            BigInteger.Parse(repeated, CultureInfo.InvariantCulture),
            (BigInteger.Pow(10, repeated.Length) - 1) * BigInteger.Pow(10, places));
        return period is { } part ? InBase(start, 10)?.Plus(part) : null;
    }

    private static Rational PowerOfTen(int exponent) => ((Rational)10).Power(exponent)!.Value;
}
