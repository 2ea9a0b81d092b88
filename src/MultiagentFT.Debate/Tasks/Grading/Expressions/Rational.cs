using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>An exact fraction in lowest terms with a positive denominator.</summary>
internal readonly record struct Rational
{
    /// <summary>Larger numerators and denominators are not computed.</summary>
    public const long MostBits = 4096;

    private Rational(BigInteger numerator, BigInteger denominator) => (Numerator, Denominator) = (numerator, denominator);

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    public static Rational Zero => new(0, 1);

    public static Rational One => new(1, 1);

    public bool IsZero => Numerator.IsZero;

    public bool IsWhole => Denominator.IsOne;

    public int Sign => Numerator.Sign;

    public long Bits => Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength());

    public static implicit operator Rational(long value) => new(value, 1);

    public static implicit operator Rational(BigInteger value) => new(value, 1);

    /// <summary>Null for a denominator of 0 and beyond <see cref="MostBits"/>.</summary>
    public static Rational? Of(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) return null;
        if (denominator.IsOne) return numerator.GetBitLength() <= MostBits ? new Rational(numerator, 1) : null;
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator.Sign < 0) divisor = -divisor;
        var result = new Rational(numerator / divisor, denominator / divisor);
        return result.Bits <= MostBits ? result : null;
    }

    public Rational? Plus(Rational other) => IsWhole && other.IsWhole
        ? Of(Numerator + other.Numerator, 1)
        : Of((Numerator * other.Denominator) + (other.Numerator * Denominator), Denominator * other.Denominator);

    public Rational? Times(Rational other) => IsWhole && other.IsWhole
        ? Of(Numerator * other.Numerator, 1)
        : Of(Numerator * other.Numerator, Denominator * other.Denominator);

    public Rational Negated() => new(-Numerator, Denominator);

    public Rational? Inverse() => Of(Denominator, Numerator);

    public Rational? Power(BigInteger exponent)
    {
        if (exponent.Sign < 0) return Inverse()?.Power(-exponent);
        if (IsWhole && BigInteger.Abs(Numerator).IsOne) return exponent.IsEven ? One : this;
        if (IsZero) return exponent.IsZero ? null : Zero;
        if (exponent * (Bits - 1) > MostBits) return null;
        return new Rational(BigInteger.Pow(Numerator, (int)exponent), BigInteger.Pow(Denominator, (int)exponent));
    }

    public BigInteger Floor()
    {
        var quotient = BigInteger.DivRem(Numerator, Denominator, out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    public double ToDouble()
    {
        if (Bits < 1000) return (double)Numerator / (double)Denominator;
        var magnitude = Math.Exp(BigInteger.Log(BigInteger.Abs(Numerator)) - BigInteger.Log(Denominator));
        return Sign * magnitude;
    }
}
