using System.Xml.Linq;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Sharing;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Methods;

/// <summary>A method is one file: these are not in <c>src/</c>, and everything knows them.</summary>
public sealed class MadeUpMethodTests : IDisposable
{
    private static readonly Method FourAnswers = new()
    {
        Key = "four-answers",
        Title = "Four answers",
        Description = "a vote over four answers",
        Role = MethodRole.Baseline,
        Protocol = context => context.Samples(4),
    };

    private static readonly Method Twin = new()
    {
        Key = "twin-ft",
        Title = "Twin finetuning",
        Description = "one agent with the name of another method's",
        Role = MethodRole.FinetunedAgent,
        StartsAs = FourAnswers.Key,
        Protocol = context => context.Samples(4),
        Learner = _ => new OneAgent("generator-1"),
    };

    private static readonly Method Pupil = Twin with { Key = "pupil-ft", Title = "Pupil finetuning", LearnsFrom = "multiagent-ft" };

    private static readonly MethodCatalog Catalog = MethodCatalog.Default.With(FourAnswers).With(Twin).With(Pupil);

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task MadeUpMethodsRunAndAppearInSummaryAndReport()
    {
        var summary = await RunAsync("run", "debate", "multiagent-ft", "four-answers", "twin-ft", "pupil-ft");

        Assert.Equal(
            [
                "debate 0", "four-answers 0", "multiagent-ft 1", "twin-ft 1", "pupil-ft 1",
                "multiagent-ft 2", "twin-ft 2", "pupil-ft 2",
            ],
            summary.Methods.Select(row => $"{row.Name} {row.Iteration}"));
        Assert.Equal([2, 4, 2, 4, 4, 2, 4, 4], summary.Methods.Select(row => row.Answers));
        Assert.All(summary.Gains, gain => Assert.Equal("multiagent-ft", gain.Name));
        Assert.Equal(["debate", "four-answers", "twin-ft", "pupil-ft"], summary.Gains.Select(gain => gain.Over));
        var page = XElement.Parse((await File.ReadAllTextAsync(_files.At("run/report.html"), TestContext.Current.CancellationToken))["<!DOCTYPE html>\n".Length..]);
        var plots = page.Descendants("figure").Where(figure => ((string)figure.Element("svg")!.Attribute("aria-label")!).StartsWith("Accuracy", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, plots.Count);
        Assert.All(plots, plot => Assert.Superset(
            new HashSet<string>(["Four answers", "Twin finetuning", "Pupil finetuning"]), plot.Descendants("li").Select(item => item.Value).ToHashSet()));
        Assert.Contains(page.Descendants("td"), cell => cell.Value == "Twin finetuning");
    }

    /// <summary>The engine knows adapters by name and version; files of a run are keyed by method.</summary>
    [Fact]
    public async Task AgentsOfTheSameNameDoNotMix()
    {
        await RunAsync("both", "multiagent-ft", "twin-ft");
        await RunAsync("society", "multiagent-ft");
        await RunAsync("twin", "twin-ft");
        var (both, society, twin) = (Layout("both"), Layout("society"), Layout("twin"));

        Assert.NotEqual(
            File.ReadAllText(both.Adapter("multiagent-ft", 1, "generator-1")), File.ReadAllText(both.Adapter("twin-ft", 1, "generator-1")));
        foreach (var activity in (StageActivity[])[StageActivity.Training, StageActivity.Evaluation])
        {
            Assert.Equal(Transcripts(society, "multiagent-ft", activity), Transcripts(both, "multiagent-ft", activity));
            Assert.Equal(Transcripts(twin, "twin-ft", activity), Transcripts(both, "twin-ft", activity));
        }
    }

    [Fact]
    public async Task AMethodMayLearnFromTheDebatesOfAnother()
    {
        await RunAsync("run", "multiagent-ft", "pupil-ft");
        var layout = Layout("run");

        Assert.False(File.Exists(layout.Transcripts(new StageId("pupil-ft", 1, StageActivity.Training))));
        var debates = TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft", 2, StageActivity.Training)));
        Assert.Equal(
            MajorityDataset.Of(debates, new ArithmeticTask(), 1).Select(example => example.Messages[^1].Content),
            DatasetFile.Read(layout.Dataset("pupil-ft", 2, "generator-1")).Select(example => example.Messages[^1].Content));
    }

    /// <summary>The single agent waits for the society's results of the iteration, so whoever learns from its answers does too.</summary>
    [Fact]
    public async Task AMethodMayLearnFromAnotherThatWaitsForResults()
    {
        var catalog = MethodCatalog.Default.With(Pupil with { LearnsFrom = "single-agent-ft" });
        var config = ToyRun.Small(_files) with { Methods = ["debate", "multiagent-ft", "single-agent-ft", "pupil-ft"] };

        await ToyRun.RunAsync(_files.At("run"), config, catalog: catalog);

        for (var iteration = 1; iteration <= 2; iteration++)
        {
            var answers = TranscriptFile.Read(Layout("run").Transcripts(new StageId("single-agent-ft", iteration, StageActivity.Training)));
            Assert.Equal(
                MajorityDataset.Of(answers, new ArithmeticTask(), 1).Select(example => example.Messages[^1].Content),
                DatasetFile.Read(Layout("run").Dataset("pupil-ft", iteration, "generator-1")).Select(example => example.Messages[^1].Content));
        }
        var plan = StagePlan.Of(config, catalog).Select(stage => stage.Id.Name).ToList();
        Assert.True(plan.IndexOf("single-agent-ft-1-training") < plan.IndexOf("pupil-ft-1-datasets"));
    }

    [Fact]
    public void WhatAMethodNeedsHasToBeThere()
    {
        Assert.Contains("comparisons: expected multiagent-ft beside pupil-ft, which learns from its debates", Refusal(["debate", "pupil-ft"], Catalog));
        Assert.Contains("comparisons[0]: expected base, greedy,", Refusal(["twin-ft"], MethodCatalog.Default));
        Assert.Throws<ArgumentException>(() => Catalog.With(Twin));
        Assert.Throws<ArgumentException>(() => Catalog.With(Twin with { Key = "../up" }));
        Assert.Throws<ArgumentException>(() => Catalog.With(Twin with { Key = "new", WeightsOf = "debate" }));
    }

    private string Refusal(string[] methods, MethodCatalog catalog) => Assert.Throws<InputException>(
        () => RunFolder.Open(_files.At("refused"), ToyRun.Small(_files) with { Methods = methods }, catalog)).Message;

    private RunLayout Layout(string folder) => new(_files.At(folder));

    private static string Transcripts(RunLayout layout, string method, StageActivity activity) =>
        File.ReadAllText(layout.Transcripts(new StageId(method, 2, activity)));

    private Task<Summary> RunAsync(string folder, params string[] methods) =>
        ToyRun.RunAsync(_files.At(folder), ToyRun.Small(_files) with { Methods = methods }, catalog: Catalog);

    private sealed class OneAgent(string name) : ILearner
    {
        public IReadOnlyList<string> Agents => [name];

        public Society Speakers(AgentWeights weights) => new([weights.Speaker(name)], [weights.Speaker(name)]);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => 1;

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            new Dictionary<string, IReadOnlyList<ChatExample>> { [name] = MajorityDataset.Of(debates, task, 1) };
    }
}
