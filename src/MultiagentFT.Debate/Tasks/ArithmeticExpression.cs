using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>a + b·c + d − e·f with values of 0 to 29: the arithmetic task of the paper (section 4).</summary>
public readonly record struct ArithmeticExpression(int A, int B, int C, int D, int E, int F)
{
    /// <summary>Values are below this.</summary>
    public const int Bound = 30;

    public int Value => A + (B * C) + D - (E * F);

    /// <summary>As asked, such as <c>4+23*6+24-24*12</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{A}+{B}*{C}+{D}-{E}*{F}");

    /// <summary>The split that this expression belongs to, see <see cref="ContentSplit"/>.</summary>
    public Split Split => ContentSplit.Of(new Seed(0).Of("arithmetic-split").Of(Index));

    /// <summary>The expression as a number in base 30.</summary>
    private long Index => ((((((((((long)A * Bound) + B) * Bound) + C) * Bound) + D) * Bound) + E) * Bound) + F;

    /// <summary>Draws an expression of a split, uniformly.</summary>
    public static ArithmeticExpression Draw(Split split, SplitMix64 random)
    {
        while (true)
        {
            var expression = new ArithmeticExpression(
                random.Next(Bound), random.Next(Bound), random.Next(Bound), random.Next(Bound), random.Next(Bound), random.Next(Bound));
            if (expression.Split == split) return expression;
        }
    }
}
