using MultiagentFT.Cli.Rendering;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cli.Tests.Rendering;

public sealed class StageTitleTests
{
    [Theory]
    [InlineData("debate", 0, StageActivity.Evaluation, "debate, evaluation")]
    [InlineData("multiagent-ft", 2, StageActivity.Training, "multiagent-ft 2, training problems")]
    [InlineData("multiagent-ft", 2, StageActivity.Diversity, "multiagent-ft 2, diversity")]
    [InlineData("single-agent-ft", 1, StageActivity.Finetuning, "single-agent-ft 1, finetuning")]
    public void Stages_are_named_for_readers(string method, int iteration, StageActivity activity, string title) =>
        Assert.Equal(title, StageTitle.Of(new StageId(method, iteration, activity)));
}
