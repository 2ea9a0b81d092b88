using System.Diagnostics;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tests.Tasks.Grading;

public sealed class HostileAnswerTests
{
    /// <summary>Of the time for sixteen times the length, over sixteen: generous for a machine that does other work.</summary>
    private const double MostGrowth = 10;

    public static TheoryData<string> Parts =>
    [
        "{", "(", "[", "\\{", "\\frac", "\\text{", "\\sqrt[", "\\sqrt", "sqrt(", "-(", "-", "1,000", "2 7/10 ", "9", "ab^", "\\", "2^{",
        "2^", "((x+1)",
        "\\sin ", "\\sin(", "|", "\\pm", "1\\pm", "x=", "x<", "\\cup", "(1,2)\\cup", ",", "1,", "x or ", "\\begin{pmatrix}", "1 & 2 \\\\", "!",
        "9!", "_",
        "x_{", "\\log_", "\\binom", "f(", "}", ")", "\\left(", "$", "\\$", "½", "²", "%", "\\overline{", "{a \\choose ", ":", "1:", "'",
        "\\text{a}", "eggs ",
        "+x^{99999999999}", "+\\frac{1}{97}", "+\\sqrt{x}", "(x+1)^{99}", "*\\sin x", "^\\circ", "9^", "\\lfloor", "e^{", "\ud83d", ".",
        "1.", "\\boxed{",
    ];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Any_repetition_is_graded_in_linear_time(string part)
    {
        var shorter = Seconds(part, AnswerGrader.MostCharacters / 16);
        var longer = Seconds(part, AnswerGrader.MostCharacters);

        // Below that the clock says nothing.
        if (longer > 0.2) Assert.InRange(longer / shorter / 16, 0, MostGrowth);
        Assert.InRange(longer, 0, 20);
    }

    [Theory]
    [InlineData("10^{10^9}", "10^{10^9}+1", false)]
    [InlineData("10^{10^{10^{10^{10}}}}", "10^{10^{10^{10^{10}}}}", true)]
    [InlineData("10^{10^{10^{10^{10}}}}+1", "10^{10^{10^{10^{10}}}}", false)]
    [InlineData("999999999999!", "999999999998!", false)]
    [InlineData("9!!!!!!!!", "1", false)]
    [InlineData("\\binom{10^{30}}{10^{20}}", "1", false)]
    [InlineData("1e999999999", "1e999999998", false)]
    [InlineData("x^{1610092394585995318}", "1", false)]
    [InlineData("2^{1610092394585995318}", "1", false)]
    [InlineData("1610092394585995319", "0", false)]
    [InlineData("1610092394585995319x", "0", false)]
    [InlineData("\\frac{1}{1610092394585995319}", "1", false)]
    public void Numbers_of_any_size_are_graded(string left, string right, bool equal) =>
        Assert.Equal(equal, AnswerGrader.Same(left, right));

    private static double Seconds(string part, int characters)
    {
        var text = string.Concat(Enumerable.Repeat(part, (characters - 2) / part.Length));
        var fastest = double.MaxValue;
        for (var i = 0; i < 2; i++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var mode in Enum.GetValues<GradingMode>())
            {
                AnswerGrader.Same(text, "1", mode);
                AnswerGrader.Same("x" + text, "y" + text, mode);
                AnswerGrader.Same(text + "x", text + "y", mode);
            }
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return fastest;
    }
}
