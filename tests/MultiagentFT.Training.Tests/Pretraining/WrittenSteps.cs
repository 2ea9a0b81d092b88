using System.Text.RegularExpressions;

namespace MultiagentFT.Training.Tests.Pretraining;

/// <summary>Reads the lines of a solution.</summary>
internal static partial class WrittenSteps
{
    /// <summary>Whether the line's two sides are equal; true of those without two sides.</summary>
    public static bool IsRight(string line)
    {
        if (Reduction().Match(line) is { Success: true } reduced)
        {
            var denominator = reduced.Groups[4].Success ? Value(reduced, 4) : 1;
            return Value(reduced, 1) * denominator == Value(reduced, 2) * Value(reduced, 3);
        }
        var step = Step().Match(line);
        if (!step.Success) return !line.Contains('=');
        var (left, right, result) = (Value(step, 1), Value(step, 3), Value(step, 5));
        return step.Groups[2].Value switch
        {
            "+" => left + right == result,
            "*" => left * right == result,
            // A column may also pay back what the one before it borrowed.
            "-" => left - right - (step.Groups[4].Length > 0 ? 1 : 0) == result,
            _ => right * result == left,
        };
    }

    private static int Value(Match match, int group) => int.Parse(match.Groups[group].Value);

    [GeneratedRegex(@"^(\d+)([-+*/])(\d+)(-1)?=(\d+)$")]
    private static partial Regex Step();

    [GeneratedRegex(@"^(\d+)/(\d+)=(\d+)(?:/(\d+))?$")]
    private static partial Regex Reduction();
}
