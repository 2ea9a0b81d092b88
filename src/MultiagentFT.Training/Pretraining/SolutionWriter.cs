using System.Globalization;
using System.Numerics;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Works a problem out step by step; each method writes a line, in which there may be a mistake, and returns its result, never negative.</summary>
/// <param name="slips">The mistakes.</param>
/// <param name="mostInColumns">Differences that may be taken in columns, the first ones: an answer has 128 tokens by default.</param>
internal sealed class SolutionWriter(Slips slips, int mostInColumns = 2)
{
    /// <summary>Smaller numbers are never subtracted in columns.</summary>
    private const int LeastInColumns = 20;

    private const int BoundInColumns = 1000;

    private readonly List<SolutionStep> _steps = [];

    public int Sum(int left, int right) => Write(left, '+', right, Math.Abs(slips.Sum(left + right)));

    public int Product(int left, int right) => Write(left, '*', right, Math.Abs(slips.Sum(left * right)));

    /// <summary>Rounded towards zero; of a divisor of 0, which only a mistake gives, as if it were 1.</summary>
    public int Quotient(int left, int right) => Write(left, '/', right, Math.Abs(slips.Quotient(left / Math.Max(1, right))));

    public int Difference(int left, int right)
    {
        var result = Math.Abs(slips.Difference(left - right));
        var isRight = left - right == result;
        var inColumns = isRight && left is >= LeastInColumns and < BoundInColumns && _steps.Count(step => step.Columns.Length > 0) < mostInColumns;
        _steps.Add(new SolutionStep(Line($"{left}-{right}={result}"), Line($"{result}"))
        {
            IsNoWrongDifference = isRight,
            Columns = inColumns ? string.Concat(ColumnDifference.Lines(left, right)) : "",
        });
        return result;
    }

    /// <summary>A fraction in lowest terms; no line where it is already in them.</summary>
    public string Reduced(int numerator, int denominator)
    {
        denominator = Math.Max(1, denominator);
        var common = (int)BigInteger.GreatestCommonDivisor(numerator, denominator);
        var given = Line($"{numerator}/{denominator}");
        if (common == 1 && denominator > 1) return given;
        var over = slips.Quotient(numerator / common);
        var result = denominator == common ? Line($"{over}") : Line($"{over}/{denominator / common}");
        _steps.Add(new SolutionStep($"{given}={result}", result));
        return result;
    }

    public SteppedSolution End(int answer) => End(Line($"{answer}"));

    public SteppedSolution End(string answer) => new(_steps, answer);

    private int Write(int left, char sign, int right, int result)
    {
        _steps.Add(new SolutionStep(Line($"{left}{sign}{right}={result}"), Line($"{result}")));
        return result;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
