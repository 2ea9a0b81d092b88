using System.Text.Json;
using System.Text.Json.Nodes;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Sharing;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Experiments;

/// <summary>Every run that takes stages over ends with the folder, to the byte, of one that has made them.</summary>
public sealed class ExperimentSharingTests : IDisposable
{
    private static readonly string[] Trainings = ["multiagent-ft-1-training", "multiagent-ft-1-datasets", "multiagent-ft-1-finetuning", "multiagent-ft-2-training", "multiagent-ft-2-datasets", "multiagent-ft-2-finetuning"];

    private readonly TemporaryFolder _files = new();
    private readonly RunConfig _config;

    public ExperimentSharingTests() => _config = ToyRun.Small(_files);

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task OnAnotherEvaluationTaskTheTrainingsOfTheSocietyAreThoseOfTheFirstRun()
    {
        var other = _config with { EvaluationTask = Problems(Split.Development, 5) };
        var experiment = new Experiment("x", [Cell("a", _config), Cell("a-on-b", other)]);
        await ToyRun.RunAsync(_files.At("out/toy/a/seed-1"), _config, scores: true);

        var (taken, trainer) = await TakeAndRunAsync("out/toy/a-on-b/seed-1", other, experiment);

        var one = Assert.Single(taken);
        Assert.Equal(new TakenStages(_files.At("out/toy/a/seed-1"), 6, ProductVersion.Current.Commit, null), one);
        Assert.Equal(["single-agent", "single-agent"], trainer.Jobs.Select(job => Path.GetFileNameWithoutExtension(job.Output)));
        await AssertIsAsMadeAsync("out/toy/a-on-b/seed-1", other);
    }

    [Fact]
    public async Task ARunOfMoreIterationsBeginsWithThoseOfAnother()
    {
        var longer = _config with { Iterations = 3 };
        await ToyRun.RunAsync(_files.At("earlier/run"), _config, scores: true);

        var (taken, trainer) = await TakeAndRunAsync("out/toy/a/seed-1", longer, new Experiment("x", [Cell("a", longer)]), "earlier");

        Assert.Equal(StagePlan.Of(_config, MethodCatalog.Default).Count, Assert.Single(taken).Count);
        Assert.Equal(5, trainer.Jobs.Count);
        Assert.All(trainer.Jobs, job => Assert.Contains("iteration-3", job.Output, StringComparison.Ordinal));
        await AssertIsAsMadeAsync("out/toy/a/seed-1", longer);
    }

    /// <summary>Ablations beside the methods that are compared by default change none of those.</summary>
    [Fact]
    public async Task OtherMethodsBesideChangeNothingThatDoesNotReadThem()
    {
        var (few, more) = (_config with { Methods = ["debate", "multiagent-ft", "single-agent-ft"] }, _config with { Methods = ["majority-equal-tokens", "debate", "single-agent-ft", "star", "multiagent-ft"] });
        await ToyRun.RunAsync(_files.At("earlier/run"), few);

        var (taken, _) = await TakeAndRunAsync("run", more, new Experiment("x", []), "earlier", scores: false);

        // Without scores there is no diversity to take.
        Assert.Equal(1 + (2 * 2 * 4), Assert.Single(taken).Count);
        await AssertIsAsMadeAsync("run", more, scores: false);
    }

    [Fact]
    public async Task WhatReadsResultsOfAMethodThatOneOfThemDoesNotRunIsMadeAnew()
    {
        var (with, without) = (_config with { Methods = ["majority-equal-tokens", "debate", "single-agent-ft", "multiagent-ft"] }, _config with { Methods = ["majority-equal-tokens", "single-agent-ft"] });
        await ToyRun.RunAsync(_files.At("earlier/run"), with);

        Assert.Empty(Take("run", without, "earlier"));
        // The other way round, too.
        await ToyRun.RunAsync(_files.At("later/run"), without);
        Assert.Empty(Take("other", with, "later"));
    }

    public static TheoryData<string> OtherSettings => ["seed", "learning rate", "model", "temperature", "chunks", "least examples", "agents", "unfinished", "changed inputs"];

    [Theory]
    [MemberData(nameof(OtherSettings))]
    public async Task RunsThatWouldComeToSomethingElseAreNotUsed(string what)
    {
        var donor = what switch
        {
            "seed" => _config with { Seed = 2 },
            "learning rate" => _config with { Training = _config.Training with { LearningRate = _config.Training.LearningRate * 2 } },
            "model" => _config with { Model = _files.Write("other.gguf", "other weights") },
            "temperature" => _config with { Debate = _config.Debate with { Sampling = _config.Debate.Sampling with { Temperature = 0.5f } } },
            "chunks" => _config with { ChunkProblems = 3 },
            "least examples" => _config with { MinimumExamples = 2 },
            "agents" => _config with { Debate = _config.Debate with { Agents = 3 } },
            _ => _config,
        };
        await ToyRun.RunAsync(_files.At("earlier/run"), donor);
        if (what == "unfinished") File.Delete(_files.At("earlier/run/manifest.json"));
        if (what == "changed inputs") File.WriteAllText(_files.At("earlier/run/inputs.json"), "{\"format\":1,\"files\":[]}");

        Assert.Empty(Take("run", _config, "earlier"));
        Assert.False(Directory.Exists(_files.At("run/stages")));
    }

    [Fact]
    public async Task WhatDecidesTheSpeedAloneMayDiffer()
    {
        await ToyRun.RunAsync(_files.At("earlier/run"), _config with { Trainers = 2, Engine = _config.Engine with { Threads = 3, Slots = 2 } });

        Assert.Equal(StagePlan.Of(_config with { DiversityProblems = 0 }, MethodCatalog.Default).Count, Assert.Single(Take("run", _config, "earlier")).Count);
    }

    /// <summary>The file has one lot of problems, which is another where all of it is for training.</summary>
    [Fact]
    public async Task OtherTrainingProblemsAreOtherTrainings()
    {
        var task = Problems(Split.Training, 60);
        var (own, elsewhere) = (_config with { Task = task }, _config with { Task = task, EvaluationTask = Problems(Split.Development, 5) });
        await ToyRun.RunAsync(_files.At("earlier/run"), own, task: own.OpenTask());

        Assert.Empty(Take("elsewhere", elsewhere, "earlier"));
        Assert.NotEmpty(Take("own", own, "earlier"));
        // What the other run read can no longer be told.
        File.AppendAllText(task, """{"question":"What is 1+2*3+4-5*6?","answer":"-19"}""" + "\n");
        Assert.Empty(Take("changed", own, "earlier"));
    }

    [Theory]
    [InlineData("transcripts/multiagent-ft-1-training.jsonl", "multiagent-ft-1-training", 10)]
    [InlineData("adapters/multiagent-ft/iteration-2/critic-1.gguf", "multiagent-ft-2-finetuning", 3)]
    [InlineData("stages/multiagent-ft-2-datasets.seal.json", "multiagent-ft-2-datasets", 4)]
    [InlineData("transcripts/greedy-0-evaluation.jsonl", "greedy-0-evaluation", 1)]
    public async Task ADamagedStageAndWhatIsMadeFromItAreMadeAnew(string file, string stage, int missing)
    {
        var config = _config with { Methods = ["greedy", "debate", "multiagent-ft", "multiagent-ft-greedy-one"], DiversityProblems = 0 };
        await ToyRun.RunAsync(_files.At("earlier/run"), config);
        var path = _files.At("earlier/run/" + file);
        File.WriteAllText(path, File.ReadAllText(path) + " ");

        var (taken, _) = await TakeAndRunAsync("run", config, new Experiment("x", []), "earlier", scores: false, check: folder => Assert.False(File.Exists(folder.Seal(stage))));

        var one = Assert.Single(taken);
        Assert.Equal(2 + (2 * 5) - missing, one.Count);
        Assert.Contains(path + ": expected SHA-256", one.Refusal, StringComparison.Ordinal);
        await AssertIsAsMadeAsync("run", config, scores: false);
    }

    [Fact]
    public async Task ASealThatNamesFilesElsewhereIsNotFollowed()
    {
        await ToyRun.RunAsync(_files.At("earlier/run"), _config);
        var layout = new RunLayout(_files.At("earlier/run"));
        var seal = JsonNode.Parse(File.ReadAllText(layout.Seal("greedy-0-evaluation")))!;
        File.WriteAllText(_files.At("earlier/outside.jsonl"), "a");
        seal["files"]![0]!["path"] = "../outside.jsonl";
        File.WriteAllText(layout.Seal("greedy-0-evaluation"), seal.ToJsonString());
        (Manifest.Of(layout) with { Files = [.. Manifest.Of(layout).Files, InputFile.Measure(_files.At("earlier/outside.jsonl")) with { Path = "../outside.jsonl" }] }).Write(layout);

        Assert.NotEmpty(Take("below/run", _config, "earlier"));
        Assert.False(File.Exists(_files.At("below/outside.jsonl")));
        Assert.False(File.Exists(new RunLayout(_files.At("below/run")).Seal("greedy-0-evaluation")));
    }

    [Fact]
    public async Task AFolderKeepsItsOwnStagesAndGoesOnFromThem()
    {
        var begun = _config with { Iterations = 1 };
        await ToyRun.RunAsync(_files.At("run"), begun);
        var layout = new RunLayout(_files.At("run"));
        // As another machine had trained it.
        var stage = "multiagent-ft-1-finetuning";
        var outputs = StageSeal.Outputs(layout, stage)!.Select(file => layout.Absolute(file.Path)).ToList();
        File.WriteAllText(layout.Adapter("multiagent-ft", 1, "critic-1"), "17");
        File.Delete(layout.Seal(stage));
        File.Delete(layout.Manifest);
        new StageSeal(layout, stage).Add(hasEnded: true, outputs);
        await ToyRun.RunAsync(_files.At("earlier/run"), _config);
        var before = FolderContents.Of(layout.Root);

        Assert.Empty(Take("run", _config, "earlier"));

        var after = FolderContents.Of(layout.Root);
        Assert.All(before.Where(file => file.Key != "config.json"), file => Assert.Equal(file.Value, after[file.Key]));
    }

    [Fact]
    public async Task ItsOwnFirstIterationIsContinuedWhereTheBytesAreTheSame()
    {
        await ToyRun.RunAsync(_files.At("run"), _config with { Iterations = 1, Methods = ["debate", "multiagent-ft"] });
        await ToyRun.RunAsync(_files.At("earlier/run"), _config with { Methods = ["debate", "multiagent-ft"] });
        // A training of its own took its own seconds.
        var layout = new RunLayout(_files.At("run"));
        var stage = "multiagent-ft-1-finetuning";
        var outputs = StageSeal.Outputs(layout, stage)!.Select(file => layout.Absolute(file.Path)).ToList();
        var report = layout.TrainingReport("multiagent-ft", 1, "critic-1");
        File.WriteAllText(report, File.ReadAllText(report).Replace("\"seconds\": 2", "\"seconds\": 3", StringComparison.Ordinal));
        File.Delete(layout.Seal(stage));
        new StageSeal(layout, stage).Add(hasEnded: true, outputs);
        Manifest.Of(layout).Write(layout);
        Assert.Contains("\"seconds\": 3", File.ReadAllText(report), StringComparison.Ordinal);

        var taken = Take("run", _config with { Methods = ["debate", "multiagent-ft"] }, "earlier");

        Assert.Equal(4, Assert.Single(taken).Count);
        Assert.All(Trainings, training => Assert.True(File.Exists(layout.Seal(training)), training));
    }

    /// <summary>The seal comes last: without it the stage is copied again, whatever else is there.</summary>
    [Fact]
    public async Task ACopyThatWasKilledIsMadeAgain()
    {
        await ToyRun.RunAsync(_files.At("earlier/run"), _config);
        Assert.NotEmpty(Take("run", _config, "earlier"));
        var layout = new RunLayout(_files.At("run"));
        var expected = FolderContents.Of(layout.Root);
        File.Delete(layout.Seal("multiagent-ft-2-finetuning"));
        File.Delete(layout.Seal("greedy-0-evaluation"));
        File.Delete(_files.At("run/stages/greedy-0-evaluation.json"));
        File.WriteAllText(_files.At("run/transcripts/greedy-0-evaluation.jsonl.1-1.tmp"), "half");
        File.WriteAllText(layout.Adapter("multiagent-ft", 2, "critic-1"), "half");

        Assert.Equal(2, Assert.Single(Take("run", _config, "earlier")).Count);
        Assert.Equal(expected, FolderContents.Of(layout.Root));
    }

    [Fact]
    public async Task ACopyThatFailsLeavesNoSeal()
    {
        await ToyRun.RunAsync(_files.At("earlier/run"), _config);
        var blocked = Path.Combine(_files.At("run"), "stages", "greedy-0-evaluation.json");
        RunFolder.Open(_files.At("run"), _config).Dispose();
        Directory.CreateDirectory(blocked);

        Assert.ThrowsAny<SystemException>(() => Take("run", _config, "earlier"));

        Assert.True(File.Exists(_files.At("run/transcripts/greedy-0-evaluation.jsonl")));
        Assert.False(File.Exists(new RunLayout(_files.At("run")).Seal("greedy-0-evaluation")));
        Directory.Delete(blocked);
        await TakeAndRunAsync("run", _config, new Experiment("x", []), "earlier", scores: false);
        await AssertIsAsMadeAsync("run", _config, scores: false);
    }

    [Fact]
    public async Task DiversityOfOtherProblemsIsMeasuredAnew()
    {
        var fewer = _config with { Methods = ["debate", "multiagent-ft"], DiversityProblems = 2 };
        var more = fewer with { DiversityProblems = 4 };
        await ToyRun.RunAsync(_files.At("earlier/run"), fewer, scores: true);

        var (taken, trainer) = await TakeAndRunAsync("run", more, new Experiment("x", []), "earlier");

        Assert.Equal(1 + (2 * 4), Assert.Single(taken).Count);
        Assert.Empty(trainer.Jobs);
        await AssertIsAsMadeAsync("run", more);
    }

    [Fact]
    public async Task TheTimeOfStagesStaysWhatMakingThemTook()
    {
        await ToyRun.RunAsync(_files.At("earlier/run"), _config);
        var donor = new RunLayout(_files.At("earlier/run"));
        JsonFile.Write(_files.At("earlier/run/stages/multiagent-ft-1-finetuning.json"), new { Seconds = 700 });
        Manifest.Of(donor).Write(donor);

        await TakeAndRunAsync("run", _config, new Experiment("x", []), "earlier", scores: false);

        var summary = Summary.Read(new RunLayout(_files.At("run")));
        Assert.Equal(700, Assert.Single(summary.Methods, row => row is { Name: "multiagent-ft", Iteration: 1 }).Seconds);
    }

    /// <summary>Greedy: 5 answers. Debates: 6 answers and summaries a problem, of which 6 are learned from in an iteration and 5 measured. 4 agents.</summary>
    [Fact]
    public async Task TheForecastCountsSharedWorkOnce()
    {
        var config = _config with { Methods = ["greedy", "multiagent-ft"], DiversityProblems = 0 };
        var other = config with { EvaluationTask = Problems(Split.Development, 5) };
        var experiment = new Experiment("x", [Cell("a-on-b", other), Cell("a", config), Cell("seed", config with { Seed = 2 })]);
        var alone = new Forecast(5 + (2 * 11 * 6), (5 + (2 * 11 * 6)) * config.Debate.MaxNewTokens, 8);
        var measured = new Forecast(5 + (2 * 5 * 6), (5 + (2 * 5 * 6)) * config.Debate.MaxNewTokens, 0);

        Assert.Equal(alone + alone + measured, Of());
        await ToyRun.RunAsync(_files.At("out/toy/a/seed-1"), config);
        Assert.Equal(alone + alone + measured, Of());
        // Debates of the same problems again: the first iteration alone is the same.
        await ToyRun.RunAsync(_files.At("earlier/run"), config with { FreshProblems = false });
        var first = 5 + (11 * 6);
        Assert.Equal(new Forecast(alone.Answers - first, alone.MostTokens - (first * config.Debate.MaxNewTokens), 4) + alone + measured, Of());
        await ToyRun.RunAsync(_files.At("earlier/two"), config);
        Assert.Equal(alone + measured, Of());

        Forecast Of() => Forecast.Of(experiment, MethodCatalog.Default, Sharing(experiment, Directory.Exists(_files.At("earlier")) ? ["earlier"] : []));
    }

    [Fact]
    public async Task WhatIsTakenOverTakesNoTime()
    {
        var config = _config with { Methods = ["greedy", "multiagent-ft"], DiversityProblems = 0, Iterations = 1 };
        var other = config with { EvaluationTask = Problems(Split.Development, 5) };
        var experiment = new Experiment("x", [Cell("a", config), Cell("a-on-b", other)]);
        await ToyRun.RunAsync(_files.At("out/toy/a/seed-1"), config);
        foreach (var (stage, seconds) in (ReadOnlySpan<(string, int)>)[("greedy-0-evaluation", 5), ("multiagent-ft-1-training", 36), ("multiagent-ft-1-evaluation", 30), ("multiagent-ft-1-finetuning", 400)])
            JsonFile.Write(_files.At($"out/toy/a/seed-1/stages/{stage}.json"), new { Seconds = seconds });

        Assert.Equal(71 + 400, TimeForecast.Of(experiment, _files.At("out"), MethodCatalog.Default).Seconds, 9);
        Assert.Equal(5 + 30, TimeForecast.Of(experiment, _files.At("out"), MethodCatalog.Default, sharing: Sharing(experiment)).Seconds, 9);
    }

    private static ExperimentCell Cell(string task, RunConfig config) => new("toy", task, config);

    private ExperimentSharing Sharing(Experiment experiment, params IEnumerable<string> reuse) =>
        new(experiment, _files.At("out"), [.. reuse.Select(_files.At)], MethodCatalog.Default);

    private IReadOnlyList<TakenStages> Take(string folder, RunConfig config, string reuse)
    {
        using var open = RunFolder.Open(_files.At(folder), config);
        return Sharing(new Experiment("x", []), reuse).TakeOver(open);
    }

    private async Task<(IReadOnlyList<TakenStages> Taken, ToyTrainer Trainer)> TakeAndRunAsync(
        string folder, RunConfig config, Experiment experiment, string? reuse = null, bool scores = true, Action<RunLayout>? check = null)
    {
        IReadOnlyList<TakenStages> taken;
        using (var open = RunFolder.Open(_files.At(folder), config)) taken = Sharing(experiment, reuse is null ? [] : [reuse]).TakeOver(open);
        check?.Invoke(new RunLayout(_files.At(folder)));
        var trainer = new ToyTrainer(new Interruption());
        await ToyRun.RunAsync(_files.At(folder), config, trainer: trainer, scores: scores);
        return (taken, trainer);
    }

    /// <summary>Time does not pass in these runs: even their seconds are the same.</summary>
    private async Task AssertIsAsMadeAsync(string folder, RunConfig config, bool scores = true)
    {
        // As deep as the other, so that relative paths are the same.
        var made = string.Join('/', folder.Split('/').Select(part => part + "-made"));
        await ToyRun.RunAsync(_files.At(made), config, scores: scores);
        var (expected, actual) = (FolderContents.Of(_files.At(made)), FolderContents.Of(_files.At(folder)));
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, file => Assert.Equal(file.Value, actual[file.Key]));
    }

    private string Problems(Split split, int count) => _files.Write(
        $"{split}.jsonl",
        string.Concat(new ArithmeticTask().Draw(split, count, new Seed(3)).Select(problem => JsonSerializer.Serialize(new { question = problem.Question, answer = problem.Answer }) + "\n")));
}
