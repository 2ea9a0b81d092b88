using System.Numerics;
using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

internal static class NumericPower
{
    public static Approximation? Of(Approximation radix, Expr exponent, Func<Expr, Approximation?> evaluate)
    {
        if (exponent is Number { Value: { IsWhole: true } whole }) return Whole(radix, whole.ToDouble());
        if (evaluate(exponent) is not { } power) return null;
        if (radix.IsReal && power.IsReal)
        {
            if (radix.Value.Real > 0) return Real(radix, power);
            if (radix.Magnitude <= radix.Error)
                return power.Value.Real > 0 ? radix with { Error = Math.Pow(radix.Error, power.Value.Real) } : null;
            if (exponent is Number { Value: var fraction } && !fraction.Denominator.IsEven) return OddRoot(radix, power, fraction);
            if (radix.HasLetters || power.HasLetters) return null;
        }
        if (radix.Magnitude <= radix.Error) return null;
        var value = Complex.Exp(power.Value * Complex.Log(radix.Value));
        if (radix.IsReal && radix.Value.Real < 0 && exponent is Number { Value.Denominator: var two } && two == 2)
            value = new Complex(0, Complex.Abs(value)) * Math.Sign(value.Imaginary);
        return Powered(radix, power, value);
    }

    private static Approximation? Whole(Approximation radix, double power)
    {
        if (power < 0 && radix.Magnitude <= 2 * radix.Error) return null;
        if (power == 0 && radix.Magnitude == 0) return null;
        var value = radix.IsReal ? Math.Pow(radix.Value.Real, power)
            : power == -1 ? 1 / radix.Value
            : power == 2 ? radix.Value * radix.Value
            : Complex.Pow(radix.Value, power);
        var magnitude = Complex.Abs(value);
        // Of the relative error; near 0 the slope.
        var slope = radix.Magnitude > 0 ? Math.Abs(power) * magnitude / radix.Magnitude : power == 1 ? 1 : 0;
        var rounding = Approximation.Epsilon * magnitude * (radix.IsReal ? 2 : 4 + Math.Abs(power));
        return radix with { Value = value, Error = (slope * radix.Error) + rounding };
    }

    private static Approximation? Real(Approximation radix, Approximation power) =>
        Powered(radix, power, Math.Pow(radix.Value.Real, power.Value.Real));

    private static Approximation OddRoot(Approximation radix, Approximation power, Rational fraction)
    {
        var magnitude = Math.Pow(-radix.Value.Real, power.Value.Real);
        return Powered(radix, power, fraction.Numerator.IsEven ? magnitude : -magnitude);
    }

    private static Approximation Powered(Approximation radix, Approximation power, Complex value)
    {
        var relative = (power.Magnitude * radix.Error / radix.Magnitude)
            + (Complex.Abs(Complex.Log(radix.Value)) * power.Error)
            + (Approximation.Epsilon * (2 + Complex.Abs(power.Value * Complex.Log(radix.Value))));
        return new Approximation(
            value, relative * Complex.Abs(value), radix.IsLost || power.IsLost, radix.HasLetters || power.HasLetters);
    }
}
