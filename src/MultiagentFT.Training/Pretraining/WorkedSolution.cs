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
        return new WorkedSolution(expression, first, second, third, fourth, Confused(fourth - second));

        int Sum(int value) => Happens(rates.Careless) && value >= 10 ? value - 10 : Confused(value);

        int Confused(int value)
        {
            if (!Happens(rates.Confused)) return value;
            int[] errors = [1, 2, 10, 20, 100, expression.B, expression.C, expression.E, expression.F];
            var error = Math.Max(1, errors[random.Next(errors.Length)]);
            return random.Next(2) == 0 ? value + error : value - error;
        }

        bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
    }

    /// <summary>As an agent writes it: one step a line.</summary>
    public override string ToString()
    {
        var e = Expression;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{e.B}*{e.C}={First}\n{e.E}*{e.F}={Second}\n{e.A}+{First}={Third}\n{Third}+{e.D}={Fourth}\n{Fourth}-{Second}={Fifth}\n\\boxed{{{Fifth}}}");
    }

    /// <summary>As a summary tells it: the result of every step.</summary>
    public string Summary() => string.Create(
        CultureInfo.InvariantCulture, $"{First} and {Second}, then {Third}, {Fourth}, so {Fifth}.");
}
