using System.Numerics;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Symbolic;

/// <summary>A problem in symbols: an equation, a remainder, a common divisor or a sum of fractions.</summary>
public abstract record SymbolicProblem : IGeneratedProblem
{
    private static readonly Func<SplitMix64, SymbolicProblem>[] Kinds =
        [LinearEquation.DrawOneSided, LinearEquation.DrawTwoSided, Remainder.Draw, CommonDivisor.Draw, FractionSum.Draw];

    /// <summary>In symbols, such as <c>7*x+12=61</c>.</summary>
    public abstract string Id { get; }

    public Split Split => ContentSplit.Of(TaskCatalog.Symbolic, Content);

    public abstract string Question { get; }

    public abstract string Answer { get; }

    /// <summary>The id, the same for both orders where order does not matter, so that the splits share neither.</summary>
    protected virtual string Content => Id;

    /// <summary>Draws a problem of a split; each kind is as likely.</summary>
    public static SymbolicProblem Draw(Split split, SplitMix64 random)
    {
        while (true)
        {
            var problem = Kinds[random.Next(Kinds.Length)](random);
            if (problem.Split == split) return problem;
        }
    }

    /// <summary>The greatest common divisor.</summary>
    protected static int Divisor(int left, int right) => (int)BigInteger.GreatestCommonDivisor(left, right);
}
