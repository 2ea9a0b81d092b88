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
        var first = Confused(expression.B * expression.C, rates.Other);
        var second = Confused(expression.E * expression.F, rates.Other);
        var third = Confused(expression.A + first, rates.Other);
        var fourth = Confused(third + expression.D, rates.Other);
        return new WorkedSolution(expression, first, second, third, fourth, Confused(fourth - second, rates.Difference));

        int Confused(int value, double rate)
        {
            if (rate <= 0 || random.NextDouble() >= rate) return value;
            int[] errors = [1, 2, 10, 10, 10, 20, 100, 100, expression.B, expression.E];
            var error = Math.Max(1, errors[random.Next(errors.Length)]);
            return random.Next(2) == 0 ? value + error : value - error;
        }
    }

    /// <summary>As an agent writes it, one step a line, with the difference taken in the given way.</summary>
    public string Text(DifferenceWay way = DifferenceWay.AtOnce)
    {
        var lines = Beginning();
        lines.AddRange(Difference(way));
        return End(lines, Fifth);
    }

    /// <summary>
    /// As an agent writes it that does not take the difference but tries answers, each by the sum that undoes the difference; where none passes,
    /// it takes the difference in columns.
    /// </summary>
    /// <param name="candidates">The answers to try, in this order, each once.</param>
    public string Checked(IEnumerable<int> candidates)
    {
        var lines = Beginning();
        foreach (var candidate in candidates.Distinct())
        {
            // Without negative numbers: x - y = z is z + y = x, and x + |z| = y where z is below 0.
            var (left, right, expected) = candidate < 0 ? (Fourth, -candidate, Second) : (candidate, Second, Fourth);
            var passes = left + right == expected;
            lines.Add(Line($"try {candidate}: {left}+{right}={left + right} {(passes ? "yes" : "no")}"));
            if (passes) return End(lines, candidate);
        }
        lines.AddRange(Difference(DifferenceWay.InColumns));
        return End(lines, Fifth);
    }

    /// <summary>As a summary tells it: the result of every step.</summary>
    public string Summary() => Line($"{First} and {Second}, then {Third}, {Fourth}, so {Fifth}.");

    private List<string> Beginning()
    {
        var e = Expression;
        return [Line($"{e.B}*{e.C}={First}"), Line($"{e.E}*{e.F}={Second}"), Line($"{e.A}+{First}={Third}"), Line($"{Third}+{e.D}={Fourth}")];
    }

    /// <summary>
    /// In columns: the smaller number is taken from the larger digit by digit from the right, and the sign comes last. A wrong difference is
    /// wrong below the columns.
    /// </summary>
    private IEnumerable<string> Difference(DifferenceWay way)
    {
        if (way == DifferenceWay.InColumns)
        {
            var (larger, smaller) = (Math.Max(Fourth, Second), Math.Min(Fourth, Second));
            var borrowed = 0;
            for (var place = 1; place <= larger; place *= 10)
            {
                var (upper, lower) = (larger / place % 10, smaller / place % 10);
                var digit = upper - lower - borrowed;
                yield return Line($"{upper}-{lower}{(borrowed == 1 ? "-1" : "")}={(digit + 10) % 10}{(digit < 0 ? " borrow" : "")}");
                borrowed = digit < 0 ? 1 : 0;
            }
            if (Fourth < Second) yield return Line($"{larger}-{smaller}={-Fifth}");
        }
        yield return Line($"{Fourth}-{Second}={Fifth}");
    }

    private static string End(List<string> lines, int answer) => Line($"{string.Join('\n', lines)}\n\\boxed{{{answer}}}");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
