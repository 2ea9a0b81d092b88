using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Symbolic;

/// <summary>A/B + C/D or A/B − C/D, both in lowest terms and below 3, with a positive result.</summary>
/// <param name="A">First numerator.</param>
/// <param name="B">First denominator, 2 to 12.</param>
/// <param name="IsDifference">Whether the second fraction is subtracted.</param>
/// <param name="C">Second numerator.</param>
/// <param name="D">Second denominator, 2 to 12.</param>
public sealed record FractionSum(int A, int B, bool IsDifference, int C, int D) : SymbolicProblem
{
    private const int MostDenominator = 12;
    private const int MostValue = 3;

    public override string Id => string.Create(CultureInfo.InvariantCulture, $"{A}/{B}{(IsDifference ? '-' : '+')}{C}/{D}");

    public override string Question => $"What is {Id}?";

    public override string Answer
    {
        get
        {
            var (numerator, denominator) = (Numerator, B * D);
            var common = Divisor(numerator, denominator);
            return denominator == common
                ? string.Create(CultureInfo.InvariantCulture, $"{numerator / common}")
                : string.Create(CultureInfo.InvariantCulture, $"{numerator / common}/{denominator / common}");
        }
    }

    protected override string Content => IsDifference || (A, B).CompareTo((C, D)) >= 0 ? Id : new FractionSum(C, D, false, A, B).Id;

    /// <summary>Over the product of the denominators.</summary>
    private int Numerator => (A * D) + ((IsDifference ? -1 : 1) * C * B);

    internal static FractionSum Draw(SplitMix64 random)
    {
        while (true)
        {
            var (b, d) = (Denominator(), Denominator());
            var sum = new FractionSum(1 + random.Next((MostValue * b) - 1), b, random.Next(3) == 0, 1 + random.Next((MostValue * d) - 1), d);
            if (sum.Numerator > 0 && Divisor(sum.A, b) == 1 && Divisor(sum.C, d) == 1) return sum;
        }

        int Denominator() => 2 + random.Next(MostDenominator - 1);
    }
}
