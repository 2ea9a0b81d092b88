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

    private const int BitsOfP = 61;

    private static readonly ulong ReciprocalOfP = (ulong)((BigInteger.One << (2 * BitsOfP)) / P);
    private static readonly ulong ReciprocalOfQ = (ulong)((BigInteger.One << (2 * (BitsOfP - 1))) / Q);

    /// <summary>The order of the field's extension by i, without 0.</summary>
    public static readonly BigInteger ExtensionOrder = ((BigInteger)P * P) - 1;

    public static ulong Add(ulong a, ulong b, ulong modulus)
    {
        var sum = a + b;
        return sum >= modulus ? sum - modulus : sum;
    }

    public static ulong Subtract(ulong a, ulong b, ulong modulus) => a >= b ? a - b : a + modulus - b;

    /// <summary>Barrett's reduction: an estimate of the quotient by the reciprocal is at most two too small.</summary>
    public static ulong Multiply(ulong a, ulong b, ulong modulus)
    {
        var (bits, reciprocal) = modulus == P ? (BitsOfP, ReciprocalOfP) : (BitsOfP - 1, ReciprocalOfQ);
        var high = Math.BigMul(a, b, out var low);
        var top = (high << (65 - bits)) | (low >> (bits - 1));
        var estimateHigh = Math.BigMul(top, reciprocal, out var estimateLow);
        var quotient = (estimateHigh << (63 - bits)) | (estimateLow >> (bits + 1));
        var rest = low - (quotient * modulus);
        while (rest >= modulus) rest -= modulus;
        return rest;
    }

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
