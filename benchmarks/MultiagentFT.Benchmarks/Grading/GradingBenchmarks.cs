using BenchmarkDotNet.Attributes;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Benchmarks.Grading;

/// <summary>Pairs of answers graded on one core: plain numbers, which most are, and expressions.</summary>
public class GradingBenchmarks
{
    [Params(
        "1234|1,234", "3.50|3.5", "18 eggs|18", "2\\pi r|2r\\pi", "(x+1)^2|x^2+2x+1", "\\frac{\\sqrt{3}}{2}|\\frac{3}{2\\sqrt{3}}",
        "\\sin 2x|2\\sin x\\cos x")]
    public string Pair { get; set; } = "";

    private (string Left, string Right) _answers;

    [GlobalSetup]
    public void SetUp()
    {
        var parts = Pair.Split('|');
        _answers = (parts[0], parts[1]);
    }

    [Benchmark(Baseline = true)]
    public bool Default() => AnswerGrader.Same(_answers.Left, _answers.Right);

    [Benchmark]
    public bool Strict() => AnswerGrader.Same(_answers.Left, _answers.Right, GradingMode.Strict);
}
