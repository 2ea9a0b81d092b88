using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>Functions of exact numbers whose values are exact; null for others and for values that are too large.</summary>
internal static class ExactFunctions
{
    /// <summary>500! has about 3 800 bits.</summary>
    private const int MostFactorial = 500;

    public static Rational? Of(string name, Rational value) => name switch
    {
        "abs" => value.Sign < 0 ? value.Negated() : value,
        "floor" => value.Floor(),
        "ceil" => -value.Negated().Floor(),
        "factorial" when value is { IsWhole: true, Sign: >= 0 } && value.Numerator <= MostFactorial => Factorial((int)value.Numerator),
        _ => null,
    };

    public static Rational? Of(string name, Rational first, Rational second) => name switch
    {
        "binom" when first.IsWhole && second.IsWhole && first.Sign >= 0 => Binomial(first.Numerator, second.Numerator),
        _ => null,
    };

    private static Rational? Factorial(int n)
    {
        var product = BigInteger.One;
        for (var i = 2; i <= n; i++) product *= i;
        return Rational.Of(product, 1);
    }

    private static Rational? Binomial(BigInteger n, BigInteger k)
    {
        if (k.Sign < 0 || k > n) return Rational.Zero;
        k = BigInteger.Min(k, n - k);
        if (k > MostFactorial || n.GetBitLength() > 64) return null;
        var product = BigInteger.One;
        for (var i = 1; i <= (int)k; i++) product = product * (n - k + i) / i;
        return Rational.Of(product, 1);
    }
}
