using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tests.Tasks.Symbolic;

/// <summary>Answers a problem from its question by trying numbers, one after the other.</summary>
internal static partial class SlowSymbolicSolver
{
    public static string Solve(string question)
    {
        if (Equation().Match(question) is { Success: true } equation)
            return Enumerable.Range(-50, 150).Single(x => Side(equation.Groups[1].Value, x) == Side(equation.Groups[2].Value, x)).ToString();
        if (Mod().Match(question) is { Success: true } mod)
        {
            var value = Side(mod.Groups[1].Value, 0);
            while (value >= int.Parse(mod.Groups[2].Value)) value -= int.Parse(mod.Groups[2].Value);
            return value.ToString();
        }
        if (Divisor().Match(question) is { Success: true } common)
        {
            var (a, b) = (int.Parse(common.Groups[1].Value), int.Parse(common.Groups[2].Value));
            return Enumerable.Range(1, b).Last(divisor => a % divisor == 0 && b % divisor == 0).ToString();
        }
        var n = Fractions().Match(question).Groups.Values.Skip(1).Select(group => group.Value).ToArray();
        var (first, second) = (int.Parse(n[0]) / (double)int.Parse(n[1]), int.Parse(n[3]) / (double)int.Parse(n[4]));
        var result = n[2] == "+" ? first + second : first - second;
        // The smallest denominator with which the result is a fraction: there is one up to 12 times 12.
        var denominator = Enumerable.Range(1, 144).First(candidate => Math.Abs((result * candidate) - Math.Round(result * candidate)) < 1e-9);
        var numerator = (int)Math.Round(result * denominator);
        return denominator == 1 ? $"{numerator}" : $"{numerator}/{denominator}";
    }

    /// <summary>The value of a sum in which x may have a factor.</summary>
    private static int Side(string sum, int x) => Term().Matches(sum).Sum(term =>
        (term.Groups[1].Value == "-" ? -1 : 1) * int.Parse(term.Groups[2].Value) * (term.Groups[3].Length > 0 ? x : 1));

    [GeneratedRegex(@"^What is x if ([^=]+)=([^=]+)\?$")]
    private static partial Regex Equation();

    [GeneratedRegex(@"^What is \(?([\d+]+)\)? mod (\d+)\?$")]
    private static partial Regex Mod();

    [GeneratedRegex(@"^What is gcd\((\d+),(\d+)\)\?$")]
    private static partial Regex Divisor();

    [GeneratedRegex(@"^What is (\d+)/(\d+)([+-])(\d+)/(\d+)\?$")]
    private static partial Regex Fractions();

    [GeneratedRegex(@"([+-]?)(\d+)(\*x)?")]
    private static partial Regex Term();
}
