using CsCheck;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tests.Tasks.Grading;

public sealed class AnswerGraderTests
{
    private static readonly string[] Pieces =
    [
        "0", "1", "2", "x", "ab", "\\frac", "\\sqrt", "{", "}", "(", ")", "[", "]", "^", "_", ",", ".", "+", "-", "*", "/", " ", "$",
        "\\text", "cm", "\\!", "=", "\\circ", "\\pi", "%", "sqrt", "\\", "\\boxed", "é",
        "\\pm", "\\sin", "\\log", "!", "|", "<", "\\le", "\\in", "\\cup", "\\{",
        "\\}", ":", "½", "²", "\\begin{pmatrix}",
        "\\end{pmatrix}", "&", "\\\\", "or", "i", "e", "AB", ";", "\\binom", "\ud83d", "\\overline", "\\text{", "p.m.", "\\infty", "f(", "'",
    ];

    private static readonly Gen<string> Latex =
        Gen.Int[0, Pieces.Length - 1].Array[0, 12].Select(indices => string.Concat(indices.Select(index => Pieces[index])));

    [Theory]
    // Numbers.
    [InlineData("1,234", "1234")]
    [InlineData("12,\\!345", "12345")]
    [InlineData("123.0", "123")]
    [InlineData("1.5e+02", "150")]
    [InlineData("55.", "55")]
    [InlineData("-.5", "-\\frac12")]
    [InlineData("0.625", "\\frac{5}{8}")]
    [InlineData("3/4", "\\dfrac{3}{4}")]
    [InlineData("2 7/10", "\\frac{27}{10}")]
    [InlineData("3\\frac{1}{2}", "3.5")]
    [InlineData("-3\\frac{1}{2}", "-\\frac{7}{2}")]
    // Markup and units.
    [InlineData("$31$", "31")]
    [InlineData("\\boxed{\\text{31}}", "31")]
    [InlineData("\\$4.50", "4.5")]
    [InlineData("25\\%", "25")]
    [InlineData("45^{\\circ}", "45 degrees")]
    [InlineData("180\\text{ cm}", "180")]
    [InlineData("12\\text{ square inches}", "12")]
    [InlineData("5\\text{ m}^2", "5")]
    [InlineData("90 minutes", "90")]
    [InlineData("\\left( 1, 2 \\right)", "(1,2)")]
    [InlineData("\\text{(B)}", "(b)")]
    // Expressions.
    [InlineData("x = \\frac{11}{7}", "11/7")]
    [InlineData("\\sqrt5", "sqrt(5)")]
    [InlineData("\\sqrt{72}", "6\\sqrt{2}")]
    [InlineData("9+12x^2+7x^5", "7x^5 + 12x^2 + 9")]
    [InlineData("\\frac\\pi2", "0.5\\pi")]
    [InlineData("(x+1)^2", "x^2+2x+1")]
    [InlineData("\\sqrt[3]{8}x", "2x")]
    [InlineData("(\\frac12, 3)", "(0.5, 3)")]
    [InlineData("[0, \\infty)", "[0,\\infty)")]
    [InlineData("\\frac{81}{1}", "81")]
    [InlineData("22+1", "23")]
    [InlineData("2/4", "1/2")]
    public void Equal(string left, string right)
    {
        Assert.True(AnswerGrader.Same(left, right));
        Assert.True(AnswerGrader.Same(right, left));
    }

    [Theory]
    [InlineData("836", "835")]
    [InlineData("-29", "29")]
    [InlineData("12, 345", "12345")]
    [InlineData("1000000000000000000001", "1000000000000000000002")]
    [InlineData("0.3333333333333333", "\\frac13")]
    [InlineData("[2,3)", "(2,3)")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("4,5", "(4,5)")]
    [InlineData("\\text{even}", "\\text{odd}")]
    [InlineData("2112_6", "2112_7")]
    [InlineData("x^2", "x^3")]
    [InlineData("ABC", "CBA")]
    [InlineData("1/0", "2/0")]
    [InlineData("\\sqrt{-1}", "\\sqrt{-2}")]
    [InlineData("", "0")]
    public void Different(string left, string right)
    {
        Assert.False(AnswerGrader.Same(left, right));
        Assert.False(AnswerGrader.Same(right, left));
    }

    [Fact]
    public void Any_text_is_graded_alike_from_both_sides_and_equals_itself() =>
        Gen.Select(Latex, Latex).Sample((left, right) =>
            AnswerGrader.Same(left, right) == AnswerGrader.Same(right, left) && AnswerGrader.Same(left, " " + left), iter: 20_000);

    [Fact]
    public void Strict_grading_takes_any_text_too() =>
        Gen.Select(Latex, Latex).Sample((left, right) =>
            AnswerGrader.Same(left, right, GradingMode.Strict) == AnswerGrader.Same(right, left, GradingMode.Strict), iter: 20_000);

    [Fact]
    public void Polynomials_equal_themselves_in_another_order_and_no_other() =>
        Gen.Select(Gen.Int[-99, 99].Array[1, 6], Gen.Int[1, 40].Array[6]).Sample((factors, powers) =>
        {
            var terms = factors.Select((factor, i) => $"{factor}x^{{{powers[i]}}}y").ToList();
            var sum = string.Join('+', terms);
            terms.Reverse();
            return AnswerGrader.Same(sum, string.Join(" + ", terms))
                && !AnswerGrader.Same(sum, $"{sum}+1") && !AnswerGrader.Same(sum, $"{sum}+x^{{41}}");
        }, iter: 300);
}
