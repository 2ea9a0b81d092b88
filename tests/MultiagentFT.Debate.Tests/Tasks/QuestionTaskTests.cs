using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks;

public sealed class QuestionTaskTests
{
    private static readonly Problem Asked = new("q", "What is half of 9?", "");
    private readonly QuestionTask _task = new(Asked);

    [Theory]
    [InlineData("9/2", "\\frac{9}{2}", true)]
    [InlineData("4.5", "4.50", true)]
    [InlineData("4.5", "4.6", false)]
    public void Answers_are_compared_by_value(string left, string right, bool same) => Assert.Equal(same, _task.Same(left, right));

    [Fact]
    public void It_holds_its_question_alone()
    {
        Assert.Equal([Asked], _task.Draw(Split.Evaluation, 1, new Seed(1)));
        Assert.Throws<InputException>(() => _task.Draw(Split.Evaluation, 2, new Seed(1)));
    }
}
