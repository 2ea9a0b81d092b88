using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tests.Tasks.Grading;

/// <summary>PRM800K's rules where they are not those of mathematics.</summary>
public sealed class StrictGradingTests
{
    [Theory]
    [InlineData("\\frac{14}{4}", "\\frac{7}{2}", false)]
    [InlineData("719+1", "720", false)]
    [InlineData("65^1", "65", false)]
    [InlineData("55 units", "55", false)]
    [InlineData("18 eggs", "18", false)]
    [InlineData("\\frac{21}{64}.", "\\frac{21}{64}", false)]
    [InlineData("2\\sqrt{13}.", "2\\sqrt{13}", false)]
    [InlineData("3.360000e+02", "336", true)]
    [InlineData("200.", "200", true)]
    [InlineData("8000\\text{ cm}", "8000", true)]
    [InlineData("(3,-3)\\%", "(3,-3)", true)]
    [InlineData("x=1200_7", "1200_7", true)]
    [InlineData("1\\frac{1}{2}", "\\frac{3}{2}", true)]
    [InlineData("20+sqrt(2)", "20+\\sqrt{2}", true)]
    [InlineData("2(5r^5)/2", "5r^5", true)]
    [InlineData("(-\\infty,0]", "[-\\infty,0]", false)]
    [InlineData("x + 2.", "x + 2", true)]
    [InlineData("\\text{Navin}\\text{ cm}", "\\text{Navin}", true)]
    [InlineData("15\\mbox{ cm}^2.", "15\\mbox{ cm}^2", true)]
    [InlineData("x^2.", "x^2", false)]
    [InlineData("€5.5", "5.5", false)]
    [InlineData("3x10^8", "3*10^8", false)]
    public void Rules_of_PRM800K(string given, string truth, bool equal) =>
        Assert.Equal(equal, AnswerGrader.Same(given, truth, GradingMode.Strict));
}
