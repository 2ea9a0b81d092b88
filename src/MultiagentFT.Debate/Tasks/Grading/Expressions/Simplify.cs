using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>Makes expressions and folds what is an exact number of bounded size.</summary>
internal static class Simplify
{
    private const int MostRootDegree = 64;

    public static readonly Expr MinusOne = new Number(-1);

    public static Expr Sum(IEnumerable<Expr> terms) => Fold(terms, Rational.Zero, (left, right) => left.Plus(right), parts => new Sum(parts));

    public static Expr Product(IEnumerable<Expr> factors) =>
        Fold(factors, Rational.One, (left, right) => left.Times(right), parts => new Product(parts));

    public static Expr Product(params Expr[] factors) => Product((IEnumerable<Expr>)factors);

    public static Expr Negated(Expr value) => Product(MinusOne, value);

    public static Expr Difference(Expr left, Expr right) => Sum([left, Negated(right)]);

    public static Expr Inverse(Expr value) => Power(value, MinusOne);

    public static Expr Quotient(Expr numerator, Expr denominator) => Product(numerator, Inverse(denominator));

    public static Expr Root(Expr radicand, Expr degree) => Power(radicand, Inverse(degree));

    public static Expr Power(Expr radix, Expr exponent)
    {
        if (exponent is not Number { Value: var power }) return new Power(radix, exponent);
        if (power == Rational.One) return radix;
        if (radix is Number { Value: var value } && Power(value, power) is { } folded) return new Number(folded);
        return new Power(radix, exponent);
    }

    public static Expr Call(string name, params Expr[] arguments)
    {
        var folded = arguments switch
        {
            [Number { Value: var value }] => ExactFunctions.Of(name, value),
            [Number { Value: var first }, Number { Value: var second }] => ExactFunctions.Of(name, first, second),
            _ => null,
        };
        return folded is { } number ? new Number(number) : new Call(name, arguments);
    }

    /// <summary>Adds up or multiplies the numbers among the parts; those that grow too large stay parts of their own.</summary>
    private static Expr Fold(
        IEnumerable<Expr> parts, Rational neutral, Func<Rational, Rational, Rational?> combine, Func<IReadOnlyList<Expr>, Expr> make)
    {
        var number = neutral;
        var rest = new List<Expr>();
        foreach (var part in parts)
        {
            if (part is Number { Value: var value } && combine(number, value) is { } combined) number = combined;
            else rest.Add(part);
        }
        if (rest.Count == 0) return new Number(number);
        if (number != neutral) rest.Insert(0, new Number(number));
        return rest.Count == 1 ? rest[0] : make(rest);
    }

    private static Rational? Power(Rational value, Rational exponent)
    {
        if (exponent.IsWhole) return value.Power(exponent.Numerator);
        if (exponent.Denominator > MostRootDegree) return null;
        var degree = (int)exponent.Denominator;
        if (value.Sign < 0) return degree % 2 == 0 ? null : Signed(Power(value.Negated(), exponent), exponent.Numerator);
        return IntegerRoot.Of(value.Numerator, degree) is { } numerator && IntegerRoot.Of(value.Denominator, degree) is { } denominator
            ? Rational.Of(numerator, denominator)?.Power(exponent.Numerator)
            : null;
    }

    private static Rational? Signed(Rational? magnitude, BigInteger exponent) => exponent.IsEven ? magnitude : magnitude?.Negated();
}
