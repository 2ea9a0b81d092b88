using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Symbolic;

/// <summary>A·x + B = C·x + D with a whole solution of 1 to 30.</summary>
/// <param name="A">Above <paramref name="C"/>, at most 12.</param>
/// <param name="B">Not 0; of 1 to 60 with either sign, positive where x is on both sides.</param>
/// <param name="C">0 where x is on one side.</param>
/// <param name="D">Positive.</param>
public sealed record LinearEquation(int A, int B, int C, int D) : SymbolicProblem
{
    private const int MostFactor = 12;
    private const int MostSolution = 30;
    private const int MostSummand = 60;

    public override string Id => string.Create(
        CultureInfo.InvariantCulture, $"{A}*x{(B < 0 ? '-' : '+')}{Math.Abs(B)}={(C == 0 ? "" : $"{C}*x+")}{D}");

    public override string Question => $"What is x if {Id}?";

    public override string Answer => ((D - B) / (A - C)).ToString(CultureInfo.InvariantCulture);

    internal static LinearEquation DrawOneSided(SplitMix64 random)
    {
        while (true)
        {
            var (a, x) = (2 + random.Next(MostFactor - 1), 1 + random.Next(MostSolution));
            var b = (1 + random.Next(MostSummand)) * (random.Next(2) == 0 ? 1 : -1);
            if ((a * x) + b > 0) return new LinearEquation(a, b, 0, (a * x) + b);
        }
    }

    internal static LinearEquation DrawTwoSided(SplitMix64 random)
    {
        var a = 3 + random.Next(MostFactor - 2);
        var (c, x, b) = (2 + random.Next(a - 2), 1 + random.Next(MostSolution), 1 + random.Next(MostSummand));
        return new LinearEquation(a, b, c, ((a - c) * x) + b);
    }
}
