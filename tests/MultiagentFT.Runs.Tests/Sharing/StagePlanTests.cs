using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Sharing;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Sharing;

public sealed class StagePlanTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task ThePlanHasTheStagesThatEveryMethodSealsInTheirOrder()
    {
        var config = ToyRun.Small(_files) with { Methods = MethodCatalog.Default.Keys };
        var recorder = new Recorder();

        await ToyRun.RunAsync(_files.At("run"), config, observer: recorder, scores: true);

        var plan = StagePlan.Of(config, MethodCatalog.Default);
        var seals = Directory.EnumerateFiles(_files.At("run/stages"), "*.seal.json").Select(path => Path.GetFileName(path)[..^".seal.json".Length]);
        Assert.Equal(seals.Order(StringComparer.Ordinal), plan.Select(stage => stage.Id.Name).Order(StringComparer.Ordinal));
        Assert.Equal(recorder.Events.OfType<Events.StageStarted>().Select(started => started.Stage), plan.Select(stage => stage.Id).Where(stage => stage.Activity != StageActivity.Datasets));
        Assert.All(plan.Index(), stage => Assert.All(stage.Item.Needs, need => Assert.Contains(plan.Take(stage.Index), earlier => earlier.Id == need)));
    }

    [Theory]
    [InlineData("debate-0-evaluation", "")]
    [InlineData("majority-equal-tokens-0-evaluation", "debate-0-evaluation")]
    [InlineData("multiagent-ft-2-training", "multiagent-ft-1-finetuning")]
    [InlineData("multiagent-ft-2-datasets", "multiagent-ft-2-training")]
    [InlineData("multiagent-ft-2-finetuning", "multiagent-ft-2-datasets multiagent-ft-1-finetuning")]
    [InlineData("multiagent-ft-2-evaluation", "multiagent-ft-1-finetuning multiagent-ft-2-finetuning")]
    [InlineData("multiagent-ft-2-diversity", "multiagent-ft-2-evaluation multiagent-ft-1-finetuning multiagent-ft-2-finetuning")]
    [InlineData("multiagent-ft-greedy-one-1-evaluation", "multiagent-ft-1-finetuning")]
    [InlineData("single-agent-ft-1-training", "debate-0-evaluation multiagent-ft-1-evaluation")]
    [InlineData("single-agent-ft-1-datasets", "single-agent-ft-1-training multiagent-ft-1-datasets")]
    [InlineData("star-1-training", "")]
    [InlineData("star-1-evaluation", "star-1-finetuning debate-0-evaluation multiagent-ft-1-evaluation")]
    [InlineData("multiagent-ft-distilled-1-datasets", "multiagent-ft-1-training")]
    public void AStageNeedsWhatItIsMadeFrom(string stage, string needs)
    {
        var plan = StagePlan.Of(ToyRun.Small(_files) with { Methods = MethodCatalog.Default.Keys }, MethodCatalog.Default);

        Assert.Equal(needs, string.Join(' ', Assert.Single(plan, one => one.Id.Name == stage).Needs.Select(need => need.Name)));
    }

    [Fact]
    public void WhoReadsResultsAndDoesNotSayWhoseNeedsAll()
    {
        var method = new Method { Key = "curious", Title = "Curious", Description = "reads results", Role = MethodRole.Baseline, Protocol = Curious };
        var config = ToyRun.Small(_files) with { Methods = ["base", "greedy", "curious"] };

        Assert.Equal(["base-0-evaluation", "greedy-0-evaluation"], StagePlan.Of(config, MethodCatalog.Default.With(method))[^1].Needs.Select(need => need.Name));

        static IProtocol Curious(AnswerContext context) => context.Samples(1 + context.Measured.Count);
    }
}
