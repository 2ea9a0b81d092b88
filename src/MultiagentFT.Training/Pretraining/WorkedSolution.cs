using System.Globalization;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>An expression worked out in five steps: two products, two sums, one difference. A step may be wrong.</summary>
public sealed record WorkedSolution(ArithmeticExpression Expression, int First, int Second, int Third, int Fourth, int Fifth)
{
    public bool Correct => Fifth == Expression.Value;

    /// <summary>The solution without mistakes.</summary>
    public static WorkedSolution Of(ArithmeticExpression expression) => Of(expression, default, new SplitMix64(0));

    /// <summary>A solution in which each step is wrong with some probability and the later steps build on it.</summary>
    public static WorkedSolution Of(ArithmeticExpression expression, MistakeRates rates, SplitMix64 random)
    {
        var first = Sum(expression.B * expression.C);
        var second = Sum(expression.E * expression.F);
        var third = Sum(expression.A + first);
        var fourth = Sum(third + expression.D);
        return new WorkedSolution(expression, first, second, third, fourth, Confused(fourth - second, rates.Difference));

        int Sum(int value) => Happens(rates.Careless) && value >= 10 ? value - 10 : Confused(value, rates.Confused);

        int Confused(int value, double rate)
        {
            if (!Happens(rate)) return value;
            int[] errors = [1, 2, 10, 20, 100, expression.B, expression.C, expression.E, expression.F];
            var error = Math.Max(1, errors[random.Next(errors.Length)]);
            return random.Next(2) == 0 ? value + error : value - error;
        }

        bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
    }

    /// <summary>As an agent writes it: one step a line, the difference in the given way.</summary>
    public string Text(DifferenceWay way = DifferenceWay.AtOnce)
    {
        var e = Expression;
        return Line($"{e.B}*{e.C}={First}\n{e.E}*{e.F}={Second}\n{e.A}+{First}={Third}\n{Third}+{e.D}={Fourth}\n{Difference(way)}");
    }

    /// <summary>The last step alone, as <see cref="Text"/> ends.</summary>
    public string Difference(DifferenceWay way) =>
        (way == DifferenceWay.InColumns ? string.Concat(Columns()) : "") + Line($"{Fourth}-{Second}={Fifth}\n\\boxed{{{Fifth}}}");

    /// <summary>The smaller number from the larger, of three digits each; a digit that borrows is written as what it then is.</summary>
    private IEnumerable<string> Columns()
    {
        var (larger, smaller) = (Math.Max(Fourth, Second), Math.Min(Fourth, Second));
        yield return Line($"step by step\n{larger:000}-{smaller:000}\n");
        var borrowed = 0;
        for (var place = 1; place <= 100; place *= 10)
        {
            var (upper, lower) = (larger / place % 10, smaller / place % 10);
            var borrows = upper - borrowed < lower;
            if (borrows) upper += 10;
            yield return Line($"{upper}-{lower}{(borrowed == 1 ? "-1" : "")}={upper - lower - borrowed}\n");
            borrowed = borrows ? 1 : 0;
        }
    }

    /// <summary>As a summary tells it: the result of every step.</summary>
    public string Summary() => Line($"{First} and {Second}, then {Third}, {Fourth}, so {Fifth}.");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
