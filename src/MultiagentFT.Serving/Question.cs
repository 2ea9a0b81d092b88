using System.Globalization;
using System.Text.RegularExpressions;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Serving;

/// <summary>A question of the user's own as a problem. The arithmetic task is recognised, so that its right answer is known.</summary>
/// <param name="Problem">Arithmetic in its own words and with its truth, or the question as it is without one.</param>
/// <param name="Task">Reads and compares answers.</param>
internal sealed partial record Question(Problem Problem, IDebateTask Task)
{
    /// <param name="question">As the user typed it.</param>
    /// <param name="mode">Which answers are equal.</param>
    /// <exception cref="InputException">The question is empty.</exception>
    public static Question Read(string question, GradingMode mode = GradingMode.Default)
    {
        if (string.IsNullOrWhiteSpace(question)) throw new InputException("question", null, "a text", "nothing");
        question = question.Trim();
        var match = Expression().Match(question);
        if (!match.Success) return Free(question, mode);
        var values = match.Groups.Cast<Group>().Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        if (Array.Exists(values, value => value >= ArithmeticExpression.Bound)) return Free(question, mode);
        var expression = new ArithmeticExpression(values[0], values[1], values[2], values[3], values[4], values[5]);
        return new Question(ArithmeticTask.ToProblem(expression), new ArithmeticTask(mode));
    }

    private static Question Free(string question, GradingMode mode)
    {
        var problem = new Problem(question, question, Answer: null);
        return new Question(problem, new QuestionTask(problem, mode));
    }

    [GeneratedRegex(
        @"^(?:what\s+is\s+)?(\d{1,2})\s*\+\s*(\d{1,2})\s*\*\s*(\d{1,2})\s*\+\s*(\d{1,2})\s*-\s*(\d{1,2})\s*\*\s*(\d{1,2})\s*\??$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
