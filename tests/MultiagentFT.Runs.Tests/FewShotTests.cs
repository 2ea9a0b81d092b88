using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests;

public sealed class FewShotTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    /// <summary>What agents are asked with, what they learn from, and what a saved society is asked with is the same.</summary>
    [Fact]
    public async Task ExamplesAreKeptWithTheRunAndAreContextOfWhatIsLearned()
    {
        var config = Config();
        await ToyRun.RunAsync(_files.At("run"), config);

        var layout = new RunLayout(_files.At("run"));
        foreach (var agent in (string[])["generator-1", "critic-2"])
        {
            var examples = DatasetFile.Read(layout.Dataset("multiagent-ft", 1, agent));
            Assert.NotEmpty(examples);
            Assert.All(examples, example => Assert.Equal(config.Prompts.Beginning, example.Messages.Take(3)));
            Assert.All(examples, example => Assert.Equal([2], example.Context));
        }
        var debate = TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft", 2, StageActivity.Evaluation)))[0];
        Assert.Equal(config.Prompts.SolveMessage(debate.Question).Content, debate.Turns[0].Prompt);
        Assert.Equal(config.Prompts.Beginning, SavedSociety.Latest(_files.At("run")).Config.Prompts.Beginning);
    }

    [Fact]
    public async Task OtherExamplesAreAnotherRun()
    {
        var config = Config();
        await ToyRun.RunAsync(_files.At("run"), config);
        var other = config with { Prompts = config.Prompts with { FewShot = [ChatMessage.User("0+2?"), ChatMessage.Assistant("\\boxed{2}")] } };

        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), other));

        Assert.Contains("prompts.fewShot: expected [", error.Message, StringComparison.Ordinal);
        using var same = RunFolder.Open(_files.At("run"), config);
        Assert.True(same.IsComplete);
    }

    private RunConfig Config() => ToyRun.Small(_files) with
    {
        Methods = ["debate", "multiagent-ft"],
        TrainingProblems = 20,
        Prompts = new() { System = "Be brief.", FewShot = [ChatMessage.User("0+1?"), ChatMessage.Assistant("\\boxed{1}")] },
    };
}
