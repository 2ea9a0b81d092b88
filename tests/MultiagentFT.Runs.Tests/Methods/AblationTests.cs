using System.Globalization;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Methods;

public sealed class AblationTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("debate-unique-id")]
    [InlineData("debate-cooperative")]
    [InlineData("multiagent-ft-pooled")]
    [InlineData("multiagent-ft-cooperative")]
    public void RunsThatNameNoMethodsDoNoAblations(string key)
    {
        Assert.Contains(key, MethodCatalog.Default.Keys);
        Assert.DoesNotContain(key, MethodCatalog.Default.DefaultKeys);
    }

    [Fact]
    public async Task AgentsOfUniqueIdsAreTheBaseToldApartByTheirPromptsAlone()
    {
        await RunAsync(config => config with { Prompts = config.Prompts with { Identify = "Agent {id}." } }, null, "debate", "debate-unique-id");

        var plain = Evaluated("debate");
        var debates = Evaluated("debate-unique-id");
        Assert.Equal(plain.Count, debates.Count);
        foreach (var (debate, other) in debates.Zip(plain))
        {
            Assert.Equal(other.Turns.Select(turn => (turn.Round, turn.Agent, turn.Seed)), debate.Turns.Select(turn => (turn.Round, turn.Agent, turn.Seed)));
            foreach (var (turn, without) in debate.Turns.Zip(other.Turns))
            {
                Assert.Null(turn.Adapter);
                Assert.Equal($"Agent {turn.Agent + (turn.Round == 1 ? 1 : 3)}. {without.Prompt}", turn.Prompt);
            }
        }
        Assert.Contains(debates, debate => debate.Rounds == 2);
        Assert.False(Directory.Exists(_files.At("run/datasets")));
    }

    [Fact]
    public async Task CooperatingAgentsReadAnotherRevisionInTrainingAndEvaluationAndLearnIt()
    {
        await RunAsync(
            config => config with { Prompts = config.Prompts with { Cooperate = "Together: {summary}" }, Datasets = config.Datasets with { CriticNegativeShare = null } },
            null, "debate", "debate-cooperative", "multiagent-ft-cooperative");

        const string Together = "Together: They disagree & <b>argue</b>.";
        Assert.DoesNotContain(Evaluated("debate").SelectMany(debate => debate.Turns), turn => turn.Prompt.StartsWith("Together", StringComparison.Ordinal));
        foreach (var debates in (IReadOnlyList<Transcript>[])[
            Evaluated("debate-cooperative"), Transcripts("multiagent-ft-cooperative", StageActivity.Training), Transcripts("multiagent-ft-cooperative", StageActivity.Evaluation)])
        {
            var revisions = debates.SelectMany(debate => debate.Turns).Where(turn => turn.Round == 2).ToList();
            Assert.NotEmpty(revisions);
            Assert.All(revisions, turn => Assert.Equal(Together, turn.Prompt));
        }
        var learned = DatasetFile.Read(Layout.Dataset("multiagent-ft-cooperative", 1, "critic-1"));
        Assert.NotEmpty(learned);
        Assert.All(learned, example => Assert.Equal(Together, example.Messages[2].Content));
        Assert.All(Transcripts("multiagent-ft-cooperative", StageActivity.Evaluation).SelectMany(debate => debate.Turns), turn => Assert.EndsWith("@2", turn.Adapter, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutCriticsGeneratorsReviseAndOnlyTheyLearn()
    {
        await RunAsync("multiagent-ft-no-critics");

        var turns = Transcripts("multiagent-ft-no-critics", StageActivity.Evaluation).SelectMany(debate => debate.Turns).ToList();
        Assert.Contains(turns, turn => turn.Round == 2);
        Assert.All(turns, turn => Assert.Equal($"generator-{turn.Agent + 1}@2", turn.Adapter));
        Assert.Equal(["generator-1.gguf", "generator-2.gguf"], Adapters("multiagent-ft-no-critics"));
    }

    [Fact]
    public async Task WithoutSummaryCriticsReadTheAnswersInTrainingAndEvaluation()
    {
        await RunAsync("multiagent-ft-no-summary");

        foreach (var activity in (StageActivity[])[StageActivity.Training, StageActivity.Evaluation])
        {
            var debate = Transcripts("multiagent-ft-no-summary", activity)[0];
            Assert.All(debate.Turns, turn => Assert.Null(turn.Summary));
            Assert.Contains(debate.At(1, 1).Text, debate.At(2, 0).Prompt, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PooledAgentsOfARoleLearnFromTheExamplesOfAll()
    {
        await RunAsync("multiagent-ft", "multiagent-ft-pooled");

        foreach (var role in (string[])["generator", "critic"])
        {
            var apart = Dataset("multiagent-ft", $"{role}-1").Concat(Dataset("multiagent-ft", $"{role}-2"));
            Assert.NotEmpty(apart);
            Assert.Equal(apart, Dataset("multiagent-ft-pooled", $"{role}-1"));
            Assert.Equal(apart, Dataset("multiagent-ft-pooled", $"{role}-2"));
        }
        Assert.NotEqual(
            File.ReadAllText(Layout.Adapter("multiagent-ft-pooled", 1, "generator-1")), File.ReadAllText(Layout.Adapter("multiagent-ft-pooled", 1, "generator-2")));
    }

    [Fact]
    public async Task CopiesOfTheSingleAgentDebate()
    {
        var summary = await RunAsync("single-agent-ft", "single-agent-ft-debate");

        var debate = Transcripts("single-agent-ft-debate", StageActivity.Evaluation)[0];
        Assert.Equal(4, debate.Turns.Count);
        Assert.All(debate.Turns, turn => Assert.Equal("single-agent@2", turn.Adapter));
        Assert.False(Directory.Exists(_files.At("run/adapters/single-agent-ft-debate")));
        Assert.Equal(2, summary.Methods.Count(row => row.Name == "single-agent-ft-debate"));
    }

    [Fact]
    public async Task TheDistilledAgentLearnsLastAnswersAsAnswersToTheQuestion()
    {
        await RunAsync("multiagent-ft", "multiagent-ft-distilled");

        var task = new ArithmeticTask();
        var debates = TranscriptFile.Read(Layout.Transcripts(new StageId("multiagent-ft", 1, StageActivity.Training))).ToDictionary(debate => debate.At(1, 0).Prompt);
        var examples = DatasetFile.Read(Layout.Dataset("multiagent-ft-distilled", 1, "distilled"));
        Assert.NotEmpty(examples);
        foreach (var messages in examples.Select(example => example.Messages))
        {
            Assert.Equal(2, messages.Count);
            var debate = debates[messages[0].Content];
            Assert.Contains(debate.Turns, turn => turn.Round == 2 && turn.Text == messages[1].Content);
            Assert.True(task.Same(task.Extract(messages[1].Content)!, debate.Vote!));
        }
        var answer = Transcripts("multiagent-ft-distilled", StageActivity.Evaluation)[0].Turns.Single();
        Assert.Equal(("distilled", "distilled@2"), (answer.Speaker, answer.Adapter));
    }

    /// <summary>The debates of the second iteration are those of agents that were trained in the first.</summary>
    [Fact]
    public async Task WhatTheDistilledAgentLearnedFromIsAmongItsCosts()
    {
        var summary = await RunAsync("multiagent-ft", "multiagent-ft-distilled");

        long society = Trained("multiagent-ft", 1), first = Trained("multiagent-ft-distilled", 1), second = Trained("multiagent-ft-distilled", 2);
        Assert.True(society > 0);
        Assert.Equal([first, society + first + second], summary.Methods.Where(row => row.Name == "multiagent-ft-distilled").Select(row => row.TrainedTokens));
        Assert.Equal(
            summary.Methods.Where(row => row.Name == "multiagent-ft").Select(row => row.TrainingGeneratedTokens),
            summary.Methods.Where(row => row.Name == "multiagent-ft-distilled").Select(row => row.TrainingGeneratedTokens));

        long Trained(string method, int iteration) => Directory.GetFiles(_files.At($"run/adapters/{method}/iteration-{iteration}"), "*.json")
            .Where(path => !path.EndsWith(".weights.json", StringComparison.Ordinal)).Sum(path => JsonFile.Read<TrainingReport>(path).Tokens);
    }

    [Fact]
    public async Task GeneratorsLearnPreferencesOfTheirOwnAndCriticsConversations()
    {
        var trainer = new ToyTrainer(new Interruption());
        await RunAsync(config => config with { Preferences = new PreferenceOptions { LearningRate = 1e-5, Epochs = 3 } }, trainer, "multiagent-ft", "multiagent-ft-preferences");

        var debates = TranscriptFile.Read(Layout.Transcripts(new StageId("multiagent-ft-preferences", 1, StageActivity.Training)));
        foreach (var agent in Enumerable.Range(0, 2))
        {
            var pairs = PreferenceFile.ReadPairs(Layout.Dataset("multiagent-ft-preferences", 1, $"generator-{agent + 1}"));
            Assert.NotEmpty(pairs);
            Assert.All(pairs, pair => Assert.Contains(debates, debate =>
                debate.Turns[0].Prompt == pair.Prompt[^1].Content && (debate.At(1, agent).Text == pair.Rejected[0].Content || debate.At(1, agent).Text == pair.Chosen[0].Content)));
            Assert.Equal(Dataset("multiagent-ft", $"critic-{agent + 1}"), Dataset("multiagent-ft-preferences", $"critic-{agent + 1}"));
        }
        foreach (var job in trainer.Jobs.Where(job => job.Output.Contains("preferences", StringComparison.Ordinal)))
        {
            var isGenerator = job.Output.Contains("generator", StringComparison.Ordinal);
            Assert.Equal(isGenerator ? ("dpo", 1e-5, 3) : ("supervised", 1e-3, 4), (job.Options.Objective, job.Options.LearningRate, job.Options.Epochs));
        }
        var second = trainer.Jobs.Single(job => job.Output.EndsWith("multiagent-ft-preferences/iteration-2/generator-1.gguf", StringComparison.Ordinal));
        Assert.Equal(Layout.Adapter("multiagent-ft-preferences", 1, "generator-1"), second.StartAdapter);
    }

    [Fact]
    public async Task OneAgentLearnsThePreferencesOfItsCopies()
    {
        await RunAsync("single-agent-ft-preferences");

        var debates = TranscriptFile.Read(Layout.Transcripts(new StageId("single-agent-ft-preferences", 1, StageActivity.Training)));
        var pairs = PreferenceFile.ReadPairs(Layout.Dataset("single-agent-ft-preferences", 1, "agent-preferences"));
        Assert.NotEmpty(pairs);
        Assert.Equal(new PreferenceDataset(new ArithmeticTask(), 1).Pairs(debates).Select(pair => pair.Rejected[0]), pairs.Select(pair => pair.Rejected[0]));
        Assert.All(Transcripts("single-agent-ft-preferences", StageActivity.Evaluation)[0].Turns, turn => Assert.Equal("agent-preferences@2", turn.Adapter));
    }

    [Theory]
    [InlineData("kto", 1e-4, "preferences.objective: expected dpo or dpo-norm, found kto")]
    [InlineData("dpo", -1.0, "preferences.learningRate: expected above 0, found -1")]
    public void OptionsOfPreferencesAreChecked(string objective, double rate, string expected) =>
        Assert.Contains(expected, (new RunConfig { Preferences = new PreferenceOptions { Objective = objective, LearningRate = rate } }).Validate());

    [Fact]
    public void PreferencesAreRefusedWhereTheyCannotBeLearned()
    {
        var config = new RunConfig { Methods = ["debate", "multiagent-ft-preferences"] };

        Assert.Contains(
            "feedback: expected none beside multiagent-ft-preferences, whose agents learn preferences of their own, found people.jsonl", (config with { Feedback = "people.jsonl" }).Validate());
        Assert.Contains(
            "comparisons: expected methods whose agents learn conversations, as an endpoint's finetuning jobs do here, found multiagent-ft-preferences",
            (config with { Model = "openai:toy" }).Validate());
        Assert.Empty((config with { Model = "model.gguf" }).Validate());
    }

    [Fact]
    public async Task StarLearnsRightAnswersAndThoseItFindsWhenToldTheRightOne()
    {
        await RunAsync("star");

        var debates = TranscriptFile.Read(Layout.Transcripts(new StageId("star", 1, StageActivity.Training)));
        Assert.All(debates, debate =>
        {
            Assert.Equal(debate.Votes[0].Correct == true ? 1 : 2, debate.Turns.Count);
            if (debate.Turns.Count == 2) Assert.Contains($"(1) \\boxed{{{debate.Truth}}}\n", debate.Turns[1].Prompt, StringComparison.Ordinal);
        });
        var expected = debates.Where(debate => debate.Correct == true).Select(debate => $"{debate.Turns[0].Prompt}|{debate.Turns[^1].Text}").ToList();
        Assert.Contains(debates, debate => debate is { Correct: true, Rounds: 1 });
        Assert.Contains(debates, debate => debate is { Correct: true, Rounds: 2 });
        Assert.Contains(debates, debate => debate.Correct == false);
        Assert.Equal(expected, Dataset("star", "star"));
        Assert.All(Transcripts("star", StageActivity.Evaluation), debate => Assert.All(debate.Turns, turn => Assert.Equal((1, "star@2"), (turn.Round, turn.Adapter))));
    }

    [Fact]
    public async Task StarLearnsUntilItsLossStopsFalling()
    {
        double[] losses = [0.5, 0.4, 0.4, 0.1, 0.1];
        var trainer = new ToyTrainer(new Interruption()) { LastLoss = job => losses[IterationOf(job) - 1] };
        var events = new Recorder();
        var config = ToyRun.Small(_files) with { Methods = ["debate", "multiagent-ft", "star"], TrainingProblems = 20, Iterations = 5 };

        var summary = await ToyRun.RunAsync(_files.At("run"), config, observer: events, trainer: trainer);

        Assert.Equal([1, 2, 3], trainer.Jobs.Where(job => job.Output.Contains("star", StringComparison.Ordinal)).Select(IterationOf).Order());
        Assert.Equal([1, 2, 3, 4, 5], trainer.Jobs.Select(IterationOf).Distinct().Order());
        Assert.Equal(new LearningEnded("star", 3, 0.4, 0.4), Assert.Single(events.Events.OfType<LearningEnded>()));
        var rows = summary.Methods.Where(row => row.Name == "star").ToList();
        Assert.Equal([1, 2, 3, 4, 5], rows.Select(row => row.Iteration));
        Assert.All(rows[3..], row => Assert.Equal((rows[2].TrainedTokens, rows[2].TrainingGeneratedTokens), (row.TrainedTokens, row.TrainingGeneratedTokens)));
        Assert.All(
            TranscriptFile.Read(Layout.Transcripts(new StageId("star", 5, StageActivity.Evaluation))).SelectMany(debate => debate.Turns),
            turn => Assert.Equal("star@3", turn.Adapter));
        Assert.Equal([false, false, false, true, true], summary.Labels.Where(label => label.Name == "star").Select(label => label.HasEnded));
        Assert.All(summary.Labels.Where(label => label.HasEnded), label => Assert.Null(label.Warning()));
        Assert.Contains("ended: its loss has stopped falling", await File.ReadAllTextAsync(Layout.Report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(3, AgentWeights.Read(Layout.Weights("star", 5)).Of("star")?.Version);
    }

    [Fact]
    public async Task StarGoesOnWhereTheTrainerDoesNotTellItsLoss()
    {
        var trainer = new ToyTrainer(new Interruption()) { LastLoss = _ => null };

        await RunAsync(config => config with { Iterations = 3 }, trainer, "star");

        Assert.Equal([1, 2, 3], trainer.Jobs.Select(IterationOf).Order());
    }

    [Fact]
    public async Task StarIsRefusedBeforeAnythingRunsWhereAnAnswerIsNotKnown()
    {
        var file = _files.At("open.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, 200).Select(n => $$"""{"question": "What is {{n}}+1?"}"""), TestContext.Current.CancellationToken);
        var config = ToyRun.Small(_files) with { Methods = ["star"], Task = file, TrainingProblems = 5, EvaluationProblems = 5 };

        var error = await Assert.ThrowsAsync<InputException>(() => ToyRun.RunAsync(_files.At("run"), config, task: config.OpenTask()));

        Assert.Contains("expected a right answer to every training problem, as star learns from them", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Layout.Transcripts(new StageId("star", 1, StageActivity.Training))));
    }

    private static int IterationOf(TrainingJob job) => int.Parse(Path.GetFileName(Path.GetDirectoryName(job.Output)!)["iteration-".Length..], CultureInfo.InvariantCulture);

    private RunLayout Layout => new(_files.At("run"));

    private Task<Summary> RunAsync(params string[] methods) => RunAsync(config => config, null, methods);

    private Task<Summary> RunAsync(Func<RunConfig, RunConfig> change, ToyTrainer? trainer, params string[] methods) =>
        ToyRun.RunAsync(_files.At("run"), change(ToyRun.Small(_files) with { Methods = methods, TrainingProblems = 20 }), trainer: trainer);

    private IReadOnlyList<Transcript> Transcripts(string method, StageActivity activity) =>
        TranscriptFile.Read(Layout.Transcripts(new StageId(method, 2, activity)));

    private IReadOnlyList<Transcript> Evaluated(string baseline) => TranscriptFile.Read(Layout.Transcripts(new StageId(baseline, 0, StageActivity.Evaluation)));

    private IEnumerable<string?> Adapters(string method) =>
        Directory.GetFiles(_files.At($"run/adapters/{method}/iteration-2"), "*.gguf").Select(Path.GetFileName).Order();

    private IEnumerable<string> Dataset(string method, string agent) =>
        DatasetFile.Read(Layout.Dataset(method, 1, agent)).Select(example => string.Join('|', example.Messages.Select(message => message.Content)));
}
