using BenchmarkDotNet.Attributes;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Benchmarks.Grading;

/// <summary>Pairs of answers graded by one thread, every second one equal; times are of one pair.</summary>
public class GradingBenchmarks
{
    /// <summary>Half a second and more of work.</summary>
    private const int Pairs = 100_000;

    private (string Left, string Right)[] _pairs = [];

    /// <summary>What the answers are.</summary>
    [Params("numbers", "numbers with words", "expressions")]
    public string Answers { get; set; } = "";

    /// <exception cref="InvalidOperationException">The grader errs on a pair, so that its time is worth nothing.</exception>
    [GlobalSetup]
    public void SetUp()
    {
        _pairs = [.. Enumerable.Range(0, Pairs).Select(number => Of(number / 2 % 4, 2 + (number / 8), number % 2))];
        foreach (var mode in Enum.GetValues<GradingMode>())
        {
            var right = Count(mode);
            // Strict rules take fewer expressions for equal.
            if (mode == GradingMode.Default ? right != Pairs / 2 : right > Pairs / 2) throw new InvalidOperationException($"{Answers}: {right} of {Pairs} pairs equal, {mode}");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Pairs)]
    public int Default() => Count(GradingMode.Default);

    [Benchmark(OperationsPerInvoke = Pairs)]
    public int Strict() => Count(GradingMode.Strict);

    private int Count(GradingMode mode) => _pairs.Count(pair => AnswerGrader.Same(pair.Left, pair.Right, mode));

    /// <param name="form">0 to 3.</param>
    /// <param name="n">From 2.</param>
    /// <param name="off">0 for equal answers, 1 for others.</param>
    private (string Left, string Right) Of(int form, int n, int off) => (Answers, form) switch
    {
        ("numbers", 0) => ($"{n}.0", $"{n + off}"),
        ("numbers", 1) => ($"1,{n % 1000:000}", $"{1000 + (n % 1000) + off}"),
        ("numbers", 2) => ($"{n}.50", $"{n + off}.5"),
        ("numbers", _) => ($"-{n}", $"-0{n + off}"),
        ("numbers with words", 0) => ($"{n} eggs", $"{n + off}"),
        ("numbers with words", 1) => ($"\\${n}.00", $"{n + off}"),
        ("numbers with words", 2) => ($"{n} cm", $"{n + off}\\text{{ cm}}"),
        ("numbers with words", _) => ($"x = {n}", $"{n + off}"),
        (_, 0) => ($"(x+{n})^2", $"x^2+{2 * n}x+{((long)n * n) + off}"),
        (_, 1) => ($"\\frac{{\\sqrt{{{n}}}}}{{3}}", $"\\frac{{{n + off}}}{{3\\sqrt{{{n}}}}}"),
        (_, 2) => ($"{n}\\pi r", $"r\\cdot{n + off}\\pi"),
        _ => ($"{n}\\sin 2x", $"{2 * (n + off)}\\sin x\\cos x"),
    };
}
