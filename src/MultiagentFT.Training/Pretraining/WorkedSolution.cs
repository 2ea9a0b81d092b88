using System.Globalization;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>An expression worked out in five steps: two products, two sums, one difference. A step may be wrong.</summary>
public sealed record WorkedSolution(ArithmeticExpression Expression, int First, int Second, int Third, int Fourth, int Fifth) : IWorkedSolution
{
    public bool Correct => Fifth == Expression.Value;

    public string Answer => Line($"{Fifth}");

    public bool TakesDifferencesRight => Fifth == Fourth - Second;

    /// <summary>The solution without mistakes.</summary>
    public static WorkedSolution Of(ArithmeticExpression expression) => Of(expression, default, new SplitMix64(0));

    /// <summary>A solution in which each step is wrong with some probability and the later steps build on it.</summary>
    public static WorkedSolution Of(ArithmeticExpression expression, MistakeRates rates, SplitMix64 random)
    {
        var slips = new Slips(rates, random, expression.B, expression.C, expression.E, expression.F);
        var first = slips.Sum(expression.B * expression.C);
        var second = slips.Sum(expression.E * expression.F);
        var third = slips.Sum(expression.A + first);
        var fourth = slips.Sum(third + expression.D);
        return new WorkedSolution(expression, first, second, third, fourth, slips.Difference(fourth - second));
    }

    /// <summary>As an agent writes it: one step a line, the difference in the given way.</summary>
    public string Text(DifferenceWay way = DifferenceWay.AtOnce)
    {
        var e = Expression;
        return Line($"{e.B}*{e.C}={First}\n{e.E}*{e.F}={Second}\n{e.A}+{First}={Third}\n{Third}+{e.D}={Fourth}\n{Difference(way)}");
    }

    /// <summary>The last step alone, as <see cref="Text"/> ends.</summary>
    public string Difference(DifferenceWay way) =>
        (way == DifferenceWay.InColumns ? string.Concat(ColumnDifference.Lines(Fourth, Second)) : "") + Line($"{Fourth}-{Second}={Fifth}\n\\boxed{{{Fifth}}}");

    /// <summary>As a summary tells it: the result of every step.</summary>
    public string Summary() => Line($"{First} and {Second}, then {Third}, {Fourth}, so {Fifth}.");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
