using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Tests.Tasks;

public sealed class BoxedAnswerTests
{
    [Theory]
    [InlineData("so \\boxed{4}", "4")]
    [InlineData("\\boxed{1} no, \\boxed{ \\frac{1}{2} }.", "\\frac{1}{2}")]
    [InlineData("\\boxed{1} and \\boxed{2", "1")]
    [InlineData("\\boxed{}", null)]
    [InlineData("4", null)]
    [InlineData("", null)]
    public void The_last_complete_box_counts(string reply, string? answer) => Assert.Equal(answer, BoxedAnswer.Last(reply));
}
