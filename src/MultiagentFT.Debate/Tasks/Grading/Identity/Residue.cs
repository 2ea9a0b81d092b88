using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>A value modulo P as real + i · imaginary, and modulo Q where it can be an exponent.</summary>
internal readonly record struct Residue(ulong Real, ulong Imaginary, ulong? Exponent)
{
    private const ulong P = PrimeField.P;
    private const ulong Q = PrimeField.Q;

    public static Residue One => new(1, 0, 1);

    public bool IsZero => Real == 0 && Imaginary == 0;

    public bool IsReal => Imaginary == 0;

    public bool SameValue(Residue other) => Real == other.Real && Imaginary == other.Imaginary;

    public Residue Plus(Residue other) => new(
        PrimeField.Add(Real, other.Real, P),
        PrimeField.Add(Imaginary, other.Imaginary, P),
        Exponent is { } a && other.Exponent is { } b ? PrimeField.Add(a, b, Q) : null);

    public Residue Times(Residue other)
    {
        ulong? exponent = Exponent is { } a && other.Exponent is { } b ? PrimeField.Multiply(a, b, Q) : null;
        if (IsReal && other.IsReal) return new Residue(PrimeField.Multiply(Real, other.Real, P), 0, exponent);
        var real = PrimeField.Subtract(
            PrimeField.Multiply(Real, other.Real, P), PrimeField.Multiply(Imaginary, other.Imaginary, P), P);
        var imaginary = PrimeField.Add(
            PrimeField.Multiply(Real, other.Imaginary, P), PrimeField.Multiply(Imaginary, other.Real, P), P);
        return new Residue(real, imaginary, exponent);
    }

    /// <summary>Null for 0.</summary>
    public Residue? Inverse()
    {
        if (IsZero) return null;
        ulong? exponent = Exponent is { } a and not 0 ? PrimeField.Inverse(a, Q) : null;
        if (IsReal) return new Residue(PrimeField.Inverse(Real, P), 0, exponent);
        var norm = PrimeField.Inverse(
            PrimeField.Add(PrimeField.Multiply(Real, Real, P), PrimeField.Multiply(Imaginary, Imaginary, P), P), P);
        return new Residue(
            PrimeField.Multiply(Real, norm, P), PrimeField.Multiply(PrimeField.Subtract(0, Imaginary, P), norm, P), exponent);
    }

    /// <summary>A whole power, however large; null for 0 to a power that is not positive.</summary>
    public Residue? Power(BigInteger exponent)
    {
        if (exponent.Sign < 0) return Inverse()?.Power(-exponent);
        if (IsZero) return exponent.IsZero ? null : this;
        ulong? power = Exponent switch
        {
            null => null,
            0 => exponent.IsZero ? 1UL : 0UL,
            { } value => PrimeField.Power(value, PrimeField.Reduce(exponent, Q - 1), Q),
        };
        if (IsReal) return new Residue(PrimeField.Power(Real, PrimeField.Reduce(exponent, P - 1), P), 0, power);
        var result = One;
        var radix = this;
        for (var rest = exponent % PrimeField.ExtensionOrder; !rest.IsZero; rest >>= 1)
        {
            if (!rest.IsEven) result = result.Times(radix);
            radix = radix.Times(radix);
        }
        return result with { Exponent = power };
    }
}
