using MultiagentFT.Cluster.Worker;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Cluster.Tests.Worker;

public sealed class WorkTaskTests
{
    [Theory]
    [InlineData(true, "B")]
    [InlineData(false, "B) Paris")]
    public void Answers_are_read_as_their_task_has_them(bool hasChoices, string expected) =>
        Assert.Equal(expected, new WorkTask([], GradingMode.Default, hasChoices).Extract(@"So \boxed{B) Paris}."));
}
