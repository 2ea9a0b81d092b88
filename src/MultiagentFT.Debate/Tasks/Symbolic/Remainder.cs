using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Symbolic;

/// <summary>The remainder of a number or of a sum of two.</summary>
/// <param name="A">10 to 499, to 99 in a sum.</param>
/// <param name="B">10 to 99; 0 where there is no sum.</param>
/// <param name="Modulus">3 to 12.</param>
public sealed record Remainder(int A, int B, int Modulus) : SymbolicProblem
{
    public override string Id => string.Create(CultureInfo.InvariantCulture, $"{(B == 0 ? $"{A}" : $"({A}+{B})")} mod {Modulus}");

    public override string Question => $"What is {Id}?";

    public override string Answer => ((A + B) % Modulus).ToString(CultureInfo.InvariantCulture);

    protected override string Content => (this with { A = Math.Max(A, B), B = Math.Min(A, B) }).Id;

    internal static Remainder Draw(SplitMix64 random)
    {
        var modulus = 3 + random.Next(10);
        return random.Next(3) == 0
            ? new Remainder(10 + random.Next(490), 0, modulus)
            : new Remainder(10 + random.Next(90), 10 + random.Next(90), modulus);
    }
}
