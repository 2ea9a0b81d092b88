using System.Globalization;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>Reads a number: repeating decimals, numerals of another base (2112_6), mixed numbers (1\frac{4}{5}, 2 7/10).</summary>
internal sealed class NumeralParser(ExpressionParser parser)
{
    private const int MostBase = 36;

    public Expr? Read()
    {
        var token = parser.Next!.Value;
        parser.At++;
        if (parser.Is("_")) return InBase(token.Text);
        if (parser.IsCommand("overline")) return Repeating(token.Text);
        if (DigitString.Decimal(token.Text) is not { } value) return null;
        var fraction = token.IsWhole ? Fraction() : null;
        return fraction is { } part && value.Plus(part) is { } mixed ? new Number(mixed) : new Number(value);
    }

    private Expr? InBase(string digits)
    {
        var at = parser.At + 1;
        var isGroup = at + 2 < parser.End && parser.Tokens[at].Is("{") && parser.Tokens[at + 2].Is("}");
        if (isGroup) at++;
        if (at >= parser.End || !parser.Tokens[at].IsWhole) return null;
        if (!int.TryParse(parser.Tokens[at].Text, CultureInfo.InvariantCulture, out var radix) || radix is < 2 or > MostBase) return null;
        parser.At = isGroup ? at + 2 : at + 1;
        return DigitString.InBase(digits, radix) is { } value ? new Number(value) : null;
    }

    private Expr? Repeating(string start)
    {
        var at = parser.At + 1;
        var isGroup = at + 2 < parser.End && parser.Tokens[at].Is("{") && parser.Tokens[at + 2].Is("}");
        if (isGroup) at++;
        if (at >= parser.End || !parser.Tokens[at].IsWhole) return null;
        parser.At = isGroup ? at + 2 : at + 1;
        return DigitString.Repeating(start, parser.Tokens[at].Text) is { } value ? new Number(value) : null;
    }

    /// <summary>The fraction of whole numbers behind a whole number, which belongs to it.</summary>
    private Rational? Fraction()
    {
        var at = parser.At;
        if (Whole(ref at, isSpaced: true) is { } numerator && at < parser.End && parser.Tokens[at].Is("/"))
        {
            at++;
            if (Whole(ref at, isSpaced: false) is not { } denominator || DigitString.Decimal(denominator) is not { } below) return null;
            return Take(at, numerator, below);
        }
        at = parser.At;
        if (!parser.IsCommand("frac")) return null;
        at++;
        return Argument(ref at) is { } above && Argument(ref at) is { } under && DigitString.Decimal(under) is { } divisor
            ? Take(at, above, divisor)
            : null;
    }

    private Rational? Take(int at, string numerator, Rational denominator)
    {
        if (DigitString.Decimal(numerator) is not { } value || denominator.Inverse() is not { } inverse) return null;
        parser.At = at;
        return value.Times(inverse);
    }

    private string? Whole(ref int at, bool isSpaced) =>
        at < parser.End && parser.Tokens[at].IsWhole && (!isSpaced || parser.Tokens[at].SpaceBefore) ? parser.Tokens[at++].Text : null;

    private string? Argument(ref int at)
    {
        if (at >= parser.End || !parser.Tokens[at].Is("{")) return Whole(ref at, isSpaced: false);
        at++;
        var digits = Whole(ref at, isSpaced: false);
        return digits is not null && at < parser.End && parser.Tokens[at++].Is("}") ? digits : null;
    }
}
