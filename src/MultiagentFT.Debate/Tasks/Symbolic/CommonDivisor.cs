using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Symbolic;

/// <summary>The greatest common divisor of two numbers of 12 to 480 that Euclid's algorithm finds in at most four divisions.</summary>
/// <param name="A">The larger number.</param>
/// <param name="B">The smaller one.</param>
public sealed record CommonDivisor(int A, int B) : SymbolicProblem
{
    private const int Least = 12;
    private const int Most = 480;
    private const int MostCommon = 12;
    private const int MostDivisions = 4;

    public override string Id => string.Create(CultureInfo.InvariantCulture, $"gcd({A},{B})");

    public override string Question => $"What is {Id}?";

    public override string Answer => Divisor(A, B).ToString(CultureInfo.InvariantCulture);

    internal static CommonDivisor Draw(SplitMix64 random)
    {
        while (true)
        {
            var common = 1 + random.Next(MostCommon);
            var (first, second) = (common * (1 + random.Next(Most / common)), common * (1 + random.Next(Most / common)));
            var (a, b) = (Math.Max(first, second), Math.Min(first, second));
            if (a != b && b >= Least && Divisions(a, b) <= MostDivisions) return new CommonDivisor(a, b);
        }
    }

    private static int Divisions(int a, int b)
    {
        var count = 0;
        for (; b > 0; count++) (a, b) = (b, a % b);
        return count;
    }
}
