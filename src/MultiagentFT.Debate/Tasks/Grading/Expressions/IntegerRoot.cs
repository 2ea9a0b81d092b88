using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

internal static class IntegerRoot
{
    /// <summary>The root of a number that is a perfect power; null for any other.</summary>
    public static BigInteger? Of(BigInteger value, int degree)
    {
        if (value.Sign < 0) return null;
        if (value.IsZero || value.IsOne) return value;
        var bits = value.GetBitLength();
        if (degree >= bits) return null;
        var root = BigInteger.One << (int)((bits + degree - 1) / degree);
        while (true)
        {
            // Newton's iteration from above falls until it is at the floor of the root.
            var next = (((degree - 1) * root) + (value / BigInteger.Pow(root, degree - 1))) / degree;
            if (next >= root) break;
            root = next;
        }
        return BigInteger.Pow(root, degree) == value ? root : null;
    }
}
