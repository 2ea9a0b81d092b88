using System.Globalization;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>Generated arithmetic with integer answers.</summary>
public sealed class ArithmeticTask(GradingMode mode = GradingMode.Default) : IDebateTask
{
    public string Name => "arithmetic";

    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed)
    {
        var random = seed.Of(Name).Of(split.ToString()).Generator();
        var seen = new HashSet<ArithmeticExpression>();
        var problems = new List<Problem>(count);
        while (problems.Count < count)
        {
            var expression = ArithmeticExpression.Draw(split, random);
            if (seen.Add(expression)) problems.Add(ToProblem(expression));
        }
        return problems;
    }

    public string? Extract(string reply) => BoxedAnswer.Last(reply);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, mode);

    public static Problem ToProblem(ArithmeticExpression expression) =>
        new(expression.ToString(), $"What is {expression}?", expression.Value.ToString(CultureInfo.InvariantCulture));
}
