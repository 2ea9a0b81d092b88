using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>
/// Arithmetic modulo <see cref="P"/> = 2 · <see cref="Q"/> + 1, both prime. -1 is no square, so that i extends the field; all primes
/// below 100 but 47 and 97 are squares. The squares are a group of order Q, in which a power with an exponent modulo Q obeys the laws
/// of powers: roots are powers too.
/// </summary>
internal static class PrimeField
{
    public const ulong P = 1610092394585995319;
    public const ulong Q = (P - 1) / 2;

    /// <summary>The order of the field's extension by i, without 0.</summary>
    public static readonly BigInteger ExtensionOrder = ((BigInteger)P * P) - 1;

    public static ulong Add(ulong a, ulong b, ulong modulus)
    {
        var sum = a + b;
        return sum >= modulus ? sum - modulus : sum;
    }

    public static ulong Subtract(ulong a, ulong b, ulong modulus) => a >= b ? a - b : a + modulus - b;

    public static ulong Multiply(ulong a, ulong b, ulong modulus) => (ulong)((UInt128)a * b % modulus);

    public static ulong Power(ulong radix, ulong exponent, ulong modulus)
    {
        var result = 1UL;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1) result = Multiply(result, radix, modulus);
            radix = Multiply(radix, radix, modulus);
        }
        return result;
    }

    public static ulong Inverse(ulong value, ulong modulus) => Power(value, modulus - 2, modulus);

    public static ulong Reduce(BigInteger value, ulong modulus)
    {
        var rest = (BigInteger.Remainder(value, modulus) is var r && r.Sign < 0) ? r + modulus : r;
        return (ulong)rest;
    }

    public static bool IsSquare(ulong value) => Power(value, Q, P) == 1;
}
