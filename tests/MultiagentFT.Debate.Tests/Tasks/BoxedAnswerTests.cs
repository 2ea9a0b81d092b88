using System.Diagnostics;
using CsCheck;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Tests.Tasks;

public sealed class BoxedAnswerTests
{
    private static readonly string[] Pieces =
        ["\\", "boxed", "{", "}", " ", "5", "\\boxed", "\\fbox{", "\\text{", "?", "answer", "\\boxed\\frac"];

    [Theory]
    [InlineData("so \\boxed{4}", "4")]
    [InlineData("\\boxed{1} no, \\boxed{ \\frac{1}{2} }.", "\\frac{1}{2}")]
    [InlineData("\\boxed{1} and \\boxed{2", "1")]
    [InlineData("\\boxed{}", null)]
    [InlineData("4", null)]
    [InlineData("", null)]
    [InlineData("\\boxed{42}. As asked, in \\boxed{}.", "42")]
    [InlineData("\\boxed{42} (the box, \\boxed{answer}, is done)", "42")]
    [InlineData("\\boxed{42}, put in \\boxed{\\text{your answer}}", "42")]
    [InlineData("\\boxed{7} \\boxed{?} \\boxed{\\text{}} \\boxed{\\ldots} \\boxed{ \\text{ } } \\boxed{...} \\boxed{Final Answer}", "7")]
    [InlineData("\\boxed{answer}", null)]
    [InlineData("The answer is \\boxed 5.", "5")]
    [InlineData("\\boxed 12", "12")]
    [InlineData("\\boxed -3.5.", "-3.5")]
    [InlineData("\\boxed\\frac{1}{2}", "\\frac{1}{2}")]
    [InlineData("\\boxed {5}", "5")]
    [InlineData("\\fbox{4}", "4")]
    [InlineData("\\boxed{\\boxed{5}}", "5")]
    [InlineData("\\boxed{2 and \\boxed{3}", "3")]
    [InlineData("\\boxed{1 } }} \\boxed{2}}", "2")]
    [InlineData("\\boxedanswer{4}", null)]
    [InlineData("\\boxed", null)]
    [InlineData("\\boxed ", null)]
    [InlineData("{\\boxed}", null)]
    [InlineData("\\\\boxed{5}", "5")]
    [InlineData("\\boxed{1} \\\\\\boxed{\\frac12}", "\\frac12")]
    [InlineData("\\\\", null)]
    [InlineData("\\boxed{<}", "<")]
    [InlineData("\\boxed{\\infty}", "\\infty")]
    [InlineData("\\boxed{\\emptyset}", "\\emptyset")]
    [InlineData("\\boxed{\\{1,2\\}}", "\\{1,2\\}")]
    [InlineData(
        "\\boxed{f(x)=\\left\\{\\begin{array}{ll}1 & x>0\\\\ 0 & x\\le 0\\end{array}\\right.}",
        "f(x)=\\left\\{\\begin{array}{ll}1 & x>0\\\\ 0 & x\\le 0\\end{array}\\right.")]
    [InlineData("\\boxed{\\left. x \\right\\}}", "\\left. x \\right\\}")]
    public void The_last_usable_box_counts(string reply, string? answer) => Assert.Equal(answer, BoxedAnswer.Last(reply));

    [Fact]
    public void Any_text_is_read() => Gen.Int[0, Pieces.Length - 1].Array[0, 30].Sample(
        pieces => BoxedAnswer.Last(string.Concat(pieces.Select(piece => Pieces[piece]))) is null or { Length: > 0 });

    [Theory]
    [InlineData("\\boxed{", "")]
    [InlineData("\\boxed{", "}")]
    [InlineData("{", "\\boxed{x")]
    [InlineData("\\boxed\\frac{", "}")]
    [InlineData("\\boxed{}", "")]
    [InlineData("\\boxed", "}")]
    public void Long_replies_take_linear_time(string first, string second)
    {
        const int Count = 300_000;
        var text = string.Concat(Enumerable.Repeat(first, Count)) + string.Concat(Enumerable.Repeat(second, Count));
        var start = Stopwatch.GetTimestamp();

        BoxedAnswer.Last(text);

        // Quadratic time would be minutes.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }
}
