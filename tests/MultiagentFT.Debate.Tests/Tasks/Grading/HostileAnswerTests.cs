using System.Diagnostics;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tests.Tasks.Grading;

public sealed class HostileAnswerTests
{
    /// <summary>
    /// Of the memory that sixteen times the length allocates, over sixteen. It stands for the work: unlike the time it is the same on a
    /// machine that does other work. Large numbers cost more than short ones up to their bound.
    /// </summary>
    private const double MostGrowth = 5;

    private const double MostSeconds = 30;

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
        var (shorter, _) = Work(part, AnswerGrader.MostCharacters / 16);
        var (longer, seconds) = Work(part, AnswerGrader.MostCharacters);

        Assert.InRange(longer / shorter / 16, 0, MostGrowth);
        Assert.InRange(seconds, 0, MostSeconds);
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

    private static (double Bytes, double Seconds) Work(string part, int characters)
    {
        var text = string.Concat(Enumerable.Repeat(part, (characters - 2) / part.Length));
        var (start, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        foreach (var mode in Enum.GetValues<GradingMode>())
        {
            AnswerGrader.Same(text, "1", mode);
            AnswerGrader.Same("x" + text, "y" + text, mode);
            AnswerGrader.Same(text + "x", text + "y", mode);
        }
        return (GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
