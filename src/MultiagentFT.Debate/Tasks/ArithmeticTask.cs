using System.Globalization;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>Generated arithmetic with integer answers.</summary>
public sealed class ArithmeticTask(GradingMode mode = GradingMode.Default) : IDebateTask
{
    public string Name => TaskCatalog.Arithmetic;

    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed) => split == Split.All
        ? throw new InputException(Name, "split", "pretraining, development, training or evaluation, as all are too many", "all")
        : [.. Expressions(split, count, seed).Select(ToProblem)];

    /// <summary>The expressions of the problems that <see cref="Draw"/> gives, in its order.</summary>
    public static IReadOnlyList<ArithmeticExpression> Expressions(Split split, int count, Seed seed)
    {
        var random = seed.Of(TaskCatalog.Arithmetic).Of(split.ToString()).Generator();
        var expressions = new OrderedDictionary<ArithmeticExpression, bool>(count);
        while (expressions.Count < count) expressions.TryAdd(ArithmeticExpression.Draw(split, random), true);
        return [.. expressions.Keys];
    }

    public GradingMode? Grading => mode;

    public string? Extract(string reply) => BoxedAnswer.Last(reply);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, mode);

    public static Problem ToProblem(ArithmeticExpression expression) =>
        new(expression.ToString(), $"What is {expression}?", expression.Value.ToString(CultureInfo.InvariantCulture));
}
