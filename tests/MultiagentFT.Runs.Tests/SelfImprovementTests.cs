using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests;

public sealed class SelfImprovementTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task FinetunedSocietyBeatsTheOthersAndTheSummarySaysSo()
    {
        var config = ToyRun.Small(_files) with { EvaluationProblems = 200, ChunkProblems = 100, Debate = new DebateOptions { Agents = 3 } };

        var summary = await ToyRun.RunAsync(_files.At("run"), config);

        Assert.Equal(
            [
                "base 0", "greedy 0", "majority 0", "majority-equal-tokens 0", "majority-best-temperature 0", "debate 0",
                "single-agent-ft 1", "multiagent-ft 1", "multiagent-ft-greedy-one 1",
                "single-agent-ft 2", "multiagent-ft 2", "multiagent-ft-greedy-one 2",
            ],
            summary.Methods.Select(row => $"{row.Name} {row.Iteration}"));
        Assert.InRange(summary.Methods[0].Accuracy!.Value, 0.3, 0.5);
        Assert.InRange(summary.Methods[^2].Accuracy!.Value, 0.8, 1);
        var gain = Assert.Single(summary.Gains, gain => gain.Over == "debate");
        Assert.Equal(summary.Methods[^2].Accuracy!.Value - summary.Methods[5].Accuracy!.Value, gain.Difference, 10);
        Assert.True(gain.Difference > 2 * gain.StandardError);
    }

    /// <summary>People judge answers to first prompts; what they say is part of the run, and a changed file is another run.</summary>
    [Fact]
    public async Task AgentsThatAnswerLearnWhatPeoplePrefer()
    {
        var feedback = _files.Write("feedback.jsonl", "{\"prompt\":\"1+1?\",\"chosen\":\"2\",\"rejected\":\"3\"}\n");
        var trainer = new ToyTrainer(new Interruption());
        var config = ToyRun.Small(_files) with { Feedback = feedback };

        await ToyRun.RunAsync(_files.At("run"), config, trainer: trainer);

        string[] learning = [.. trainer.Jobs.Where(job => job.Preferences == feedback).Select(job => Path.GetFileNameWithoutExtension(job.Output)).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["generator-1", "generator-2", "single-agent"], learning);
        Assert.All(trainer.Jobs.Where(job => Path.GetFileName(job.Output).StartsWith("critic", StringComparison.Ordinal)), job => Assert.Null(job.Preferences));
        _files.Write("feedback.jsonl", "{\"prompt\":\"1+1?\",\"chosen\":\"3\",\"rejected\":\"2\"}\n");
        Assert.Contains($"{feedback}: expected SHA-256", Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config)).Message, StringComparison.Ordinal);
        Assert.Contains("feedback: expected ", Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config with { Feedback = "" })).Message, StringComparison.Ordinal);
    }

    /// <summary>As many answers as generate the tokens of the society's debate, in the datasets and in the evaluation.</summary>
    [Fact]
    public async Task TheSingleAgentSpendsTheTokensOfTheSociety()
    {
        var config = ToyRun.Small(_files) with { EvaluationProblems = 40, Debate = new DebateOptions { Agents = 3 } };

        var rows = (await ToyRun.RunAsync(_files.At("run"), config)).Methods;

        for (var iteration = 1; iteration <= 2; iteration++)
        {
            var society = rows.Single(row => row.Name == "multiagent-ft" && row.Iteration == iteration);
            var single = rows.Single(row => row.Name == "single-agent-ft" && row.Iteration == iteration);
            Assert.True(single.Answers > 6, $"{single.Answers} answers");
            Assert.InRange(single.GeneratedTokens / (double)society.GeneratedTokens, 0.9, 1.1);
            var learned = TranscriptFile.Read(new RunLayout(_files.At("run")).Transcripts(new StageId("single-agent-ft", iteration, StageActivity.Training)));
            Assert.All(learned, sample => Assert.True(sample.Turns.Count > 6));
            var layout = new RunLayout(_files.At("run"));
            var own = Size(layout.Dataset("single-agent-ft", iteration, "single-agent"));
            var others = ((string[])["generator", "critic"]).Sum(role => Enumerable.Range(1, 3).Sum(agent => Size(layout.Dataset("multiagent-ft", iteration, $"{role}-{agent}"))));
            Assert.InRange(own, 1, others);
        }
    }

    /// <summary>An agent with too few examples is not trained, and what it has is no measure of another's training.</summary>
    [Fact]
    public async Task TheSingleAgentTrainsOnNoMoreThanTheAgentsThatAreTrained()
    {
        var config = ToyRun.Small(_files) with { Methods = ["single-agent-ft", "multiagent-ft"], Iterations = 1, TrainingProblems = 20 };
        await ToyRun.RunAsync(_files.At("all"), config);
        var counts = JsonFile.Read<Dictionary<string, int>>(new RunLayout(_files.At("all")).DatasetCounts("multiagent-ft", 1));
        var most = counts.MaxBy(agent => agent.Value);
        Assert.Single(counts, agent => agent.Value == most.Value);

        await ToyRun.RunAsync(_files.At("run"), config with { MinimumExamples = most.Value });

        var layout = new RunLayout(_files.At("run"));
        Assert.True(Size(new RunLayout(_files.At("all")).Dataset("single-agent-ft", 1, "single-agent")) > Size(layout.Dataset("multiagent-ft", 1, most.Key)));
        Assert.InRange(Size(layout.Dataset("single-agent-ft", 1, "single-agent")), 1, Size(layout.Dataset("multiagent-ft", 1, most.Key)));
    }

    /// <summary>A letter before its text is that letter where choices are asked for, whatever is learned from.</summary>
    [Fact]
    public async Task AnswersAreReadAsTheTaskThatMeasuresHasThem()
    {
        var file = _files.At("choices.jsonl");
        await File.WriteAllLinesAsync(
            file, Enumerable.Range(1, 5).Select(n => $$"""{"question": "What is {{n}}+2*3+4-5*6?", "choices": ["this", "that"], "answer": 0}"""), TestContext.Current.CancellationToken);
        var config = ToyRun.Small(_files) with { Methods = ["majority"], Iterations = 0, EvaluationTask = file };
        using var folder = RunFolder.Open(_files.At("run"), config);
        await using var engine = new ToyEngine(new Interruption()) { Box = _ => "A) this" };

        var summary = await new SelfImprovement(folder, engine, new ArithmeticTask(), new ToyTrainer(new Interruption()), null, new StoppedClock()).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, Assert.Single(summary.Methods).Accuracy);
        var agent = Society.OfBase(1).Generators[0];
        Assert.True(new SamplingProtocol(config, (config with { Task = file }).OpenTask(), agent, 1).Description!.HasChoices);
        Assert.False(new SamplingProtocol(config, config.OpenTask(), agent, 1).Description!.HasChoices);
    }

    private static int Size(string dataset) => DatasetFile.Read(dataset).Sum(example => example.Messages.Sum(message => message.Content.Length));

    [Fact]
    public async Task FreshProblemsAreOthersInEveryIteration()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        await ToyRun.RunAsync(_files.At("same"), ToyRun.Small(_files) with { FreshProblems = false });

        Assert.Equal(12, Problems("run", 1).Concat(Problems("run", 2)).Distinct().Count());
        Assert.Equal(Problems("same", 1), Problems("same", 2));
        Assert.Equal(Problems("same", 1), Problems("run", 1));

        string[] Problems(string folder, int iteration) =>
            [.. TranscriptFile.Read(new RunLayout(_files.At(folder)).Transcripts(new StageId("multiagent-ft", iteration, StageActivity.Training))).Select(debate => debate.ProblemId)];
    }

    [Fact]
    public async Task CostsAddUpOverIterations()
    {
        var summary = await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        var layout = new RunLayout(_files.At("run"));
        var expectedGenerated = 0L;
        var expectedTrained = 0L;
        for (var iteration = 1; iteration <= 2; iteration++)
        {
            var debates = TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft", iteration, StageActivity.Training)));
            expectedGenerated += debates.Sum(debate => debate.GeneratedTokens);
            foreach (var agent in (string[])["generator-1", "generator-2", "critic-1", "critic-2"])
                expectedTrained += 10 * DatasetFile.Read(layout.Dataset("multiagent-ft", iteration, agent)).Count;
            var row = Assert.Single(summary.Methods, row => row.Name == "multiagent-ft" && row.Iteration == iteration);
            Assert.Equal((expectedGenerated, expectedTrained), (row.TrainingGeneratedTokens, row.TrainedTokens));
            Assert.Equal(
                TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft", iteration, StageActivity.Evaluation))).Sum(debate => debate.GeneratedTokens),
                row.GeneratedTokens);
        }
        Assert.All(summary.Methods.Take(6), row => Assert.Equal((0, 0), (row.TrainingGeneratedTokens, row.TrainedTokens)));
    }

    [Fact]
    public async Task EveryAgentGoesOnFromItsOwnWeightsWithItsOwnSeed()
    {
        var trainer = new ToyTrainer(new Interruption());
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files), trainer: trainer);
        var layout = new RunLayout(_files.At("run"));

        Assert.Equal(10, trainer.Jobs.Count);
        Assert.Equal(10, trainer.Jobs.Select(job => job.Seed).Distinct().Count());
        foreach (var agent in (string[])["generator-1", "generator-2", "critic-1", "critic-2", "single-agent"])
        {
            var method = agent == "single-agent" ? "single-agent-ft" : "multiagent-ft";
            var first = Assert.Single(trainer.Jobs, job => job.Output == layout.Adapter(method, 1, agent));
            var second = Assert.Single(trainer.Jobs, job => job.Output == layout.Adapter(method, 2, agent));
            Assert.Null(first.StartAdapter);
            Assert.Equal(layout.Adapter(method, 1, agent), second.StartAdapter);
            Assert.Equal(layout.Dataset(method, 2, agent), second.Dataset);
            Assert.Equal(new Seed(1).Of("finetuning").Of(method).Of(2).Of(agent).Value, second.Seed);
        }
    }

    [Fact]
    public async Task TranscriptsNameTheVersionsThatSpoke()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        var layout = new RunLayout(_files.At("run"));

        var debate = TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft", 2, StageActivity.Training)))[0];
        Assert.Equal(["generator-1@1", "generator-2@1", "critic-1@1", "critic-2@1"], debate.Turns.Select(turn => turn.Adapter));
        Assert.All(TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft", 1, StageActivity.Training)))[0].Turns, turn => Assert.Null(turn.Adapter));
    }

    [Fact]
    public async Task AgentWithoutExamplesKeepsItsWeights()
    {
        // One debate rarely teaches all four agents.
        var config = ToyRun.Small(_files) with { TrainingProblems = 1, Methods = ["multiagent-ft"] };
        var recorder = new Recorder();

        await ToyRun.RunAsync(_files.At("run"), config, observer: recorder);

        var kept = recorder.Events.OfType<AgentKept>().ToList();
        Assert.NotEmpty(kept);
        var layout = new RunLayout(_files.At("run"));
        Assert.All(kept, agent => Assert.False(File.Exists(layout.Adapter("multiagent-ft", agent.Stage.Iteration, agent.Agent))));
        Assert.All(kept, agent => Assert.Empty(DatasetFile.Read(layout.Dataset("multiagent-ft", agent.Stage.Iteration, agent.Agent))));
    }

    [Fact]
    public async Task ARunWithTooFewExamplesEndsAndGoesOnWithALowerMinimum()
    {
        var usual = ToyRun.Small(_files) with { Methods = ["multiagent-ft"] };
        var config = usual with { MinimumExamples = 8 };

        var error = await Assert.ThrowsAsync<InputException>(() => ToyRun.RunAsync(_files.At("run"), config));

        var counts = JsonFile.Read<Dictionary<string, int>>(new RunLayout(_files.At("run")).DatasetCounts("multiagent-ft", 1));
        var most = counts.Values.Max();
        Assert.InRange(most, 1, 7);
        Assert.StartsWith(
            $"multiagent-ft: iteration 1: expected 8 examples or more for at least one agent (in this folder: --minimum-examples {most} or fewer; in a new folder: "
                + "more --training-problems, a lower --minimum-votes, --generator-target last, or a model that answers more often), "
                + $"found critic-1 {counts["critic-1"]}, critic-2 {counts["critic-2"]}, generator-1 {counts["generator-1"]}, generator-2 {counts["generator-2"]}, as ",
            error.Message);
        Assert.False(Directory.Exists(_files.At("run/adapters")));

        var summary = await ToyRun.RunAsync(_files.At("run"), usual);
        Assert.Equal(
            (await ToyRun.RunAsync(_files.At("whole"), usual)).Methods.Select(method => (method.Name, method.Iteration, method.Accuracy, method.TrainedTokens)),
            summary.Methods.Select(method => (method.Name, method.Iteration, method.Accuracy, method.TrainedTokens)));
    }

    [Fact]
    public async Task AnAgentWithFewerExamplesThanTheLeastKeepsItsWeights()
    {
        var config = ToyRun.Small(_files) with { Methods = ["multiagent-ft"], Iterations = 1 };
        await ToyRun.RunAsync(_files.At("all"), config);
        var counts = JsonFile.Read<Dictionary<string, int>>(new RunLayout(_files.At("all")).DatasetCounts("multiagent-ft", 1));
        var most = counts.Values.Max();
        Assert.Contains(counts.Values, count => count < most);
        var recorder = new Recorder();

        await ToyRun.RunAsync(_files.At("most"), config with { MinimumExamples = most }, observer: recorder);

        Assert.Equal(
            counts.Where(agent => agent.Value < most).Select(agent => (agent.Key, agent.Value, most)).Order(),
            recorder.Events.OfType<AgentKept>().Select(agent => (agent.Agent, agent.Examples, agent.Minimum)).Order());
        var layout = new RunLayout(_files.At("most"));
        Assert.All(counts, agent => Assert.Equal(agent.Value >= most, File.Exists(layout.Adapter("multiagent-ft", 1, agent.Key))));
    }

    [Fact]
    public async Task OnlyTheMethodsAskedForAreRun()
    {
        var config = ToyRun.Small(_files) with { Methods = ["debate", "single-agent-ft"], Iterations = 1 };

        var summary = await ToyRun.RunAsync(_files.At("run"), config);

        Assert.Equal(["debate", "single-agent-ft"], summary.Methods.Select(row => row.Name));
        Assert.Equal(
            ["debate-0-evaluation.jsonl", "single-agent-ft-1-evaluation.jsonl", "single-agent-ft-1-training.jsonl"],
            Directory.GetFiles(_files.At("run/transcripts")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OldAdaptersAreUnloaded()
    {
        var config = ToyRun.Small(_files);
        using var folder = RunFolder.Open(_files.At("run"), config);
        await using var engine = new ToyEngine(new Interruption());
        await new SelfImprovement(folder, engine, new ArithmeticTask(), new ToyTrainer(new Interruption())).RunAsync();

        Assert.Equal(4, engine.MostAdapters);
        Assert.All(engine.Adapters, adapter => Assert.Equal(2, adapter.Version));
    }

    [Fact]
    public async Task ProgressEndsAtTheTotal()
    {
        var recorder = new Recorder();
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files), observer: recorder);

        foreach (var stage in recorder.Events.OfType<StageStarted>())
        {
            var last = recorder.Events.OfType<StageProgressed>().Last(progress => progress.Stage == stage.Stage);
            Assert.Equal((stage.Total, stage.Total), (last.Done, last.Total));
            Assert.True(last.Tokens > 0);
        }
    }

    [Fact]
    public void ProblemsInBothSplitsAreRejected()
    {
        var config = ToyRun.Small(_files);
        using var folder = RunFolder.Open(_files.At("run"), config);

        var error = Assert.Throws<InputException>(() =>
            new SelfImprovement(folder, new ToyEngine(new Interruption()), new OneSplitTask(), new ToyTrainer(new Interruption())));

        Assert.Contains("expected other problems for evaluation than for training", error.Message);
    }

    [Fact]
    public async Task WithoutLabelsARunLearnsAndItsAccuracyIsNotKnown()
    {
        var config = ToyRun.Small(_files);
        using var folder = RunFolder.Open(_files.At("run"), config);
        await using var engine = new ToyEngine(new Interruption());
        var summary = await new SelfImprovement(folder, engine, new UnlabelledTask(), new ToyTrainer(new Interruption())).RunAsync();

        Assert.All(summary.Methods, method => Assert.Equal((null, null, 5), (method.Accuracy, method.StandardError, method.Problems)));
        Assert.Empty(summary.Gains);
        var labelled = await ToyRun.RunAsync(_files.At("labelled"), config);
        Assert.Equal(labelled.Methods.Select(method => method.TrainedTokens), summary.Methods.Select(method => method.TrainedTokens));
        Assert.Contains("\"accuracy\": null", File.ReadAllText(_files.At("run/summary.json")), StringComparison.Ordinal);
        Assert.Contains("not known", File.ReadAllText(_files.At("run/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswersThatSpellControlTokensAreLeftOutAndCounted()
    {
        var config = ToyRun.Small(_files) with { Methods = ["multiagent-ft"], Iterations = 1 };
        var recorder = new Recorder();
        using var folder = RunFolder.Open(_files.At("run"), config);
        await using var engine = new ToyEngine(new Interruption()) { Markup = text => text.Contains("boxed", StringComparison.Ordinal) ? "boxed" : null };
        var run = new SelfImprovement(folder, engine, new ArithmeticTask(), new ToyTrainer(new Interruption()), recorder);
        var error = await Assert.ThrowsAsync<InputException>(() => run.RunAsync());

        Assert.Contains("multiagent-ft: iteration 1: expected 1 examples or more for at least one agent (in a new folder: more --training-problems", error.Message, StringComparison.Ordinal);
        Assert.Contains("--minimum-votes", error.Message, StringComparison.Ordinal);
        Assert.Contains("of 6 votes had enough support to learn from", error.Message, StringComparison.Ordinal);
        var built = recorder.Events.OfType<DatasetsBuilt>().Single();
        Assert.Equal(6 * 2 * 2, built.Unreadable);
        Assert.Equal(("multiagent-ft", 1, 6), (built.Labels.Name, built.Labels.Iteration, built.Labels.Problems));
        Assert.All(built.Examples, agent => Assert.Equal(0, agent.Value));
    }

    private sealed class UnlabelledTask : IDebateTask
    {
        private readonly ArithmeticTask _inner = new();

        public string Name => _inner.Name;

        public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed) =>
            [.. _inner.Draw(split, count, seed).Select(problem => problem with { Answer = null })];

        public string? Extract(string reply) => _inner.Extract(reply);

        public bool Same(string left, string right) => _inner.Same(left, right);
    }

    private sealed class OneSplitTask : IDebateTask
    {
        private readonly ArithmeticTask _inner = new();

        public string Name => "one-split";

        public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed) => _inner.Draw(Split.Training, count, new Seed(1));

        public string? Extract(string reply) => _inner.Extract(reply);

        public bool Same(string left, string right) => _inner.Same(left, right);
    }
}
