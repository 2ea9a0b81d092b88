using System.Globalization;
using System.Text.RegularExpressions;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Cli.Setup;

/// <summary>Recognises the arithmetic task in a question of the user's own, so that its right answer is known.</summary>
internal static partial class ArithmeticQuestion
{
    /// <summary>The problem that a question asks: arithmetic's own wording and truth, or else the question without a truth.</summary>
    public static (Problem Problem, bool HasTruth) Read(string question)
    {
        question = question.Trim();
        var match = Expression().Match(question);
        if (!match.Success) return (new Problem(question, question, ""), false);
        var values = match.Groups.Cast<Group>().Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        if (Array.Exists(values, value => value >= ArithmeticExpression.Bound)) return (new Problem(question, question, ""), false);
        var expression = new ArithmeticExpression(values[0], values[1], values[2], values[3], values[4], values[5]);
        return (ArithmeticTask.ToProblem(expression), true);
    }

    [GeneratedRegex(
        @"^(?:what\s+is\s+)?(\d{1,2})\s*\+\s*(\d{1,2})\s*\*\s*(\d{1,2})\s*\+\s*(\d{1,2})\s*-\s*(\d{1,2})\s*\*\s*(\d{1,2})\s*\??$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
