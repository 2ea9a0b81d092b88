using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>A number as written, with its exact value: 17, 0.625, 1.5e+02, 5/8, \frac{5}{8}.</summary>
/// <param name="Numerator">As written; carries the sign.</param>
/// <param name="Denominator">As written, above 0.</param>
/// <param name="IsFraction">Whether it is written with a denominator.</param>
internal sealed partial record NumberLiteral(BigInteger Numerator, BigInteger Denominator, bool IsFraction)
{
    /// <summary>Digits and exponents beyond this are left to text and floating point.</summary>
    private const int MostDigits = 200;

    /// <summary>Whether it is written as a whole number; 81/1 is not.</summary>
    public bool IsWhole => !IsFraction && Denominator.IsOne;

    public bool SameValue(NumberLiteral other) => Numerator * other.Denominator == other.Numerator * Denominator;

    /// <summary>Reads a normalized answer; null when it is anything but one number.</summary>
    public static NumberLiteral? Parse(string text)
    {
        if (text.Length > 2 * MostDigits) return null;
        if (DecimalPattern().Match(text) is { Success: true } number) return Decimal(number);
        if (FractionPattern().Match(text) is not { Success: true } fraction) return null;
        var numerator = BigInteger.Parse(fraction.Groups["n"].Value, CultureInfo.InvariantCulture);
        var denominator = BigInteger.Parse(fraction.Groups["d"].Value, CultureInfo.InvariantCulture);
        if (denominator.IsZero) return null;
        return new NumberLiteral(fraction.Groups["sign"].Value == "-" ? -numerator : numerator, denominator, true);
    }

    private static NumberLiteral? Decimal(Match number)
    {
        var (whole, part) = (number.Groups["whole"].Value, number.Groups["part"].Value);
        if (whole.Length + part.Length == 0) return null;
        var exponent = 0;
        if (number.Groups["exponent"] is { Success: true } written
            && (!int.TryParse(written.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || exponent is < -MostDigits or > MostDigits))
            return null;
        var digits = BigInteger.Parse(whole + part, CultureInfo.InvariantCulture);
        if (number.Groups["sign"].Value == "-") digits = -digits;
        exponent -= part.Length;
        return exponent >= 0
            ? new NumberLiteral(digits * BigInteger.Pow(10, exponent), 1, false)
            : Reduce(digits, BigInteger.Pow(10, -exponent));
    }

    /// <summary>Decimals are kept in lowest terms, so that 123.0 is the whole number 123.</summary>
    private static NumberLiteral Reduce(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return new NumberLiteral(numerator / divisor, denominator / divisor, false);
    }

    [GeneratedRegex(@"^(?<sign>[+-]?)(?<whole>[0-9]*)(\.(?<part>[0-9]+))?(e(?<exponent>[+-]?[0-9]+))?$")]
    private static partial Regex DecimalPattern();

    [GeneratedRegex(@"^(?<sign>-?)(\\frac\{(?<n>-?[0-9]+)\}\{(?<d>[0-9]+)\}|\(?(?<n>-?[0-9]+)\)?/\(?(?<d>[0-9]+)\)?)$")]
    private static partial Regex FractionPattern();
}
