using System.Diagnostics;
using MultiagentFT.Debate.Tasks.Symbolic;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Symbolic problems worked out: numbers to one side, multiples taken away, Euclid's algorithm, one denominator.</summary>
internal static class SymbolicSolution
{
    /// <summary>An author who is still at it then has gone astray and stops.</summary>
    private const int MostDivisions = 4;

    /// <summary>Each step may be wrong, and the later ones build on it.</summary>
    public static SteppedSolution Of(SymbolicProblem problem, MistakeRates rates, SplitMix64 random)
    {
        return problem switch
        {
            LinearEquation equation => Of(equation, Writer(equation.A, Math.Abs(equation.B), equation.C)),
            Remainder remainder => Of(remainder, Writer(remainder.Modulus)),
            CommonDivisor divisor => Of(divisor, new SolutionWriter(new Slips(rates, random, divisor.B), mostInColumns: 1)),
            FractionSum sum => Of(sum, Writer(sum.A, sum.B, sum.C, sum.D)),
            _ => throw new UnreachableException(),
        };

        SolutionWriter Writer(params int[] numbers) => new(new Slips(rates, random, numbers));
    }

    private static SteppedSolution Of(LinearEquation equation, SolutionWriter writer)
    {
        var factor = equation.C == 0 ? equation.A : writer.Difference(equation.A, equation.C);
        var right = equation.B < 0 ? writer.Sum(equation.D, -equation.B) : writer.Difference(equation.D, equation.B);
        return writer.End(writer.Quotient(right, factor));
    }

    private static SteppedSolution Of(Remainder remainder, SolutionWriter writer)
    {
        var value = remainder.B == 0 ? remainder.A : writer.Sum(remainder.A, remainder.B);
        return writer.End(Rest(value, remainder.Modulus, writer));
    }

    private static SteppedSolution Of(CommonDivisor divisor, SolutionWriter writer)
    {
        var (a, b) = (divisor.A, divisor.B);
        for (var i = 0; i < MostDivisions && b > 0; i++)
        {
            var rest = Rest(a, b, writer);
            if (rest >= b) return writer.End(b);
            (a, b) = (b, rest);
        }
        return writer.End(a);
    }

    private static SteppedSolution Of(FractionSum sum, SolutionWriter writer)
    {
        var (left, right, denominator) = (sum.A, sum.C, sum.B);
        if (sum.B != sum.D) (left, right) = (writer.Product(sum.A, sum.D), writer.Product(sum.C, sum.B));
        var numerator = sum.IsDifference ? writer.Difference(left, right) : writer.Sum(left, right);
        if (sum.B != sum.D) denominator = writer.Product(sum.B, sum.D);
        return writer.End(writer.Reduced(numerator, denominator));
    }

    private static int Rest(int value, int divisor, SolutionWriter writer)
    {
        var times = value / divisor;
        return writer.Difference(value, times == 1 ? divisor : writer.Product(times, divisor));
    }
}
