using MultiagentFT.Cli.Rendering;

namespace MultiagentFT.Cli.Tests.Rendering;

public sealed class StageTitleTests
{
    [Theory]
    [InlineData("debate-0-evaluation", "debate, evaluation")]
    [InlineData("multiagent-ft-2-training", "multiagent-ft 2, training problems")]
    [InlineData("single-agent-ft-1-finetuning", "single-agent-ft 1, finetuning")]
    [InlineData("other", "other")]
    public void Stages_are_named_for_readers(string stage, string title) => Assert.Equal(title, StageTitle.Of(stage));
}
