using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Stages;

public sealed class DiversityTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task FiguresAreThoseOfPlainLoopsOverTheTranscripts(int agents)
    {
        var config = Config(problems: 100) with { Methods = ["debate", "multiagent-ft"], Debate = new DebateOptions { Agents = agents } };
        var (summary, engine, _) = await RunAsync(config);

        // The engine holds the adapters of the last iteration.
        var found = Row(summary, "multiagent-ft", 2).Diversity!;
        var turns = Transcripts("multiagent-ft", 2).SelectMany(debate => debate.Turns).ToList();
        var (first, last) = (turns.FindAll(turn => turn.Round == 1), turns.FindAll(turn => turn.Round == 2));
        Assert.Equal((5 * agents, 5 * agents, 0), (found.GeneratorResponses, found.CriticResponses, found.Skipped));
        Close(Mean(last, Others, (_, other, answer) => -engine.LogProbability(other, answer)), found.HeldOutNegativeLogLikelihood);
        Close(Mean(last, author => [PolicyOf(author)], (_, own, answer) => -engine.LogProbability(own, answer)), found.OwnNegativeLogLikelihood);
        Close(Mean(last, Others, (author, other, _) => engine.Divergence(PolicyOf(author), other)), found.CriticDivergence);
        Close(Mean(first, Others, (author, other, _) => engine.Divergence(PolicyOf(author), other)), found.GeneratorDivergence);
        Close(Mean(last, _ => [null], (author, other, _) => engine.Divergence(PolicyOf(author), other)), found.CriticDivergenceFromBase);
        Close(Mean(first, _ => [null], (author, other, _) => engine.Divergence(PolicyOf(author), other)), found.GeneratorDivergenceFromBase);
        Assert.True(found is { CriticDivergence: > 0, GeneratorDivergence: > 0 });
        Assert.NotEqual(found.HeldOutNegativeLogLikelihood, found.OwnNegativeLogLikelihood);
        // One policy: nothing is held out from it, and nothing is far from it.
        var start = Row(summary, "debate", 0).Diversity!;
        Assert.Equal((1, 1), (start.HeldOutNegativeLogLikelihood, start.OwnNegativeLogLikelihood));
        Assert.Equal([0.0, 0, 0, 0], [start.CriticDivergence!.Value, start.GeneratorDivergence!.Value, start.CriticDivergenceFromBase!.Value, start.GeneratorDivergenceFromBase!.Value]);

        static void Close(double expected, double? found) => Assert.Equal(expected, found!.Value, 1e-12);

        // An agent that had too little to learn from has older weights, or none.
        static AdapterVersion? PolicyOf(Turn turn) => turn.Adapter?.Split('@') is [var name, var version] ? new(name, int.Parse(version)) : null;

        IEnumerable<AdapterVersion?> Others(Turn author) =>
            turns.Where(turn => turn.Round == author.Round && turn.Agent != author.Agent).DistinctBy(turn => turn.Agent).Select(PolicyOf);

        static double Mean(List<Turn> turns, Func<Turn, IEnumerable<AdapterVersion?>> others, Func<Turn, AdapterVersion?, string, double> figure)
        {
            var (sum, tokens) = (0.0, 0L);
            foreach (var turn in turns)
            {
                foreach (var other in others(turn))
                {
                    sum += turn.Text.Length * figure(turn, other, turn.Text);
                    tokens += turn.Text.Length;
                }
            }
            return sum / tokens;
        }
    }

    [Fact]
    public async Task AnswersAreScoredInTheirConversationsUnderAllPoliciesOfTheirRound()
    {
        var config = Config(problems: 2) with { Methods = ["debate", "multiagent-ft"], Iterations = 1, Prompts = new() { System = "Be brief." } };
        var (_, engine, _) = await RunAsync(config);

        var debates = Transcripts("multiagent-ft", 1).Take(2).ToList();
        var scored = engine.Scored.TakeLast(8).ToList();
        Assert.Equal(16, engine.Scored.Count);
        Assert.Equal(debates.SelectMany(debate => debate.Turns.Where(turn => turn.Round == 1)).Select(turn => turn.Text), scored.Take(4).Select(request => request.Answer));
        Assert.Equal(debates.SelectMany(debate => debate.Turns.Where(turn => turn.Round == 2)).Select(turn => turn.Text), scored.Skip(4).Select(request => request.Answer));
        Assert.All(scored.Take(4), request => Assert.Equal([new("generator-1", 1), new("generator-2", 1), null], request.Policies));
        Assert.All(scored.Skip(4), request => Assert.Equal([new("critic-1", 1), new("critic-2", 1), null], request.Policies));
        Assert.All(engine.Scored.Take(8), request => Assert.Equal([null], request.Policies));
        var (first, last) = (debates[1].At(1, 1), debates[1].At(2, 1));
        Assert.Equal(
            [
                ChatMessage.System("Be brief."), ChatMessage.User(first.Prompt), ChatMessage.Assistant(first.Text), ChatMessage.User(last.Prompt),
            ],
            scored[^1].Messages);
        // Word for word what was asked when the answer was given.
        Assert.Contains(engine.Requests, request => request.Seed == last.Seed && request.Messages.SequenceEqual(scored[^1].Messages));
    }

    [Fact]
    public async Task CriticsAreMeasuredOnTheFirstDebatesInWhichTheySpoke()
    {
        var config = Config(problems: 2) with { Methods = ["debate"], Iterations = 0, EvaluationProblems = 20, Debate = new DebateOptions { Agents = 2, Stop = DebateStop.Agreed } };
        var (summary, engine, _) = await RunAsync(config);

        var debates = Transcripts("debate", 0);
        var contested = debates.Where(debate => debate.Rounds > 1).Take(2).ToList();
        Assert.NotEqual(debates.Take(2), contested);
        Assert.Equal(contested.SelectMany(debate => debate.Turns.Where(turn => turn.Round == 2)).Select(turn => turn.Text), engine.Scored.Skip(4).Select(request => request.Answer));
        Assert.Equal((4, 4), (summary.Methods[0].Diversity!.GeneratorResponses, summary.Methods[0].Diversity!.CriticResponses));
    }

    [Fact]
    public async Task AnswersThatCannotBeScoredAreCountedAndLeftOut()
    {
        var config = Config(problems: 3) with { Methods = ["debate"], Iterations = 0 };
        var (summary, _, _) = await RunAsync(config, new ToyScorer(new Interruption()) { Refusal = index => index == 0 ? new GenerationFailure(FailureKind.PromptTooLong, "too long") : null });
        var (none, _, _) = await RunAsync(config, new ToyScorer(new Interruption()) { Refusal = _ => new GenerationFailure(FailureKind.PromptTooLong, "too long") }, "none");

        // All six rounds of two responses are scored in one call.
        Assert.Equal((5, 6, 1), (summary.Methods[0].Diversity!.GeneratorResponses, summary.Methods[0].Diversity!.CriticResponses, summary.Methods[0].Diversity!.Skipped));
        Assert.Equal(
            new DiversityFigures(0, 0, 12, null, null, null, null, null, null, null, null),
            none.Methods[0].Diversity! with { CriticDissimilarity = null, GeneratorDissimilarity = null });
    }

    [Fact]
    public async Task ResponsesThatAgreeWithTheVoteAreComparedInPairs()
    {
        // One of three texts cannot be embedded.
        var engine = new ToyScorer(new Interruption()) { Embedding = (text, index) => (text.Sum(letter => letter) + index) % 3 == 0 ? null : [text.Sum(letter => letter) % 7, index, 1] };
        var config = Config(problems: 30) with { Methods = ["debate"], Iterations = 0, EvaluationProblems = 40, Debate = new DebateOptions { Agents = 4 } };
        var (summary, _, _) = await RunAsync(config, engine);

        var debates = Transcripts("debate", 0).Take(30).ToList();
        var figures = summary.Methods[0].Diversity!;
        // A vector depends on the place in its call, which has the texts of sixteen rounds.
        (Transcript Debate, int Round)[] rounds = [.. debates.Select(debate => (debate, 1)), .. debates.Where(debate => debate.Rounds > 1).Select(debate => (debate, debate.Rounds))];
        var vectors = rounds.Chunk(16)
            .SelectMany(some => some.SelectMany(round => round.Debate.Turns.Where(turn => turn.Round == round.Round && turn.Answer == round.Debate.Vote).Select(turn => (Round: round, turn.Text)))
                .Select((one, index) => (one.Round, Vector: engine.Embedding(one.Text, index))))
            .Where(one => one.Vector is not null)
            .ToLookup(one => one.Round, one => one.Vector!);

        Assert.Equal(Mean(1), figures.GeneratorDissimilarity!.Value, 1e-12);
        Assert.Equal(Mean(2), figures.CriticDissimilarity!.Value, 1e-12);
        Assert.NotEqual(figures.GeneratorDissimilarity, figures.CriticDissimilarity);
        Assert.Equal(debates.Sum(debate => debate.Turns.Count(turn => turn.Answer == debate.Vote)), engine.Embedded.Count);

        double Mean(int round) => (
            from known in vectors
            where known.Key.Round == round
            let texts = known.ToList()
            from i in Enumerable.Range(0, texts.Count)
            from j in Enumerable.Range(0, i)
            select 1 - (texts[i].Zip(texts[j], (a, b) => (double)a * b).Sum() / Math.Sqrt(texts[i].Sum(a => (double)a * a)) / Math.Sqrt(texts[j].Sum(b => (double)b * b))))
            .Average(dissimilarity => Math.Max(0, dissimilarity));
    }

    [Fact]
    public async Task AnotherEmbedderIsAskedInPlaceOfTheBaseModel()
    {
        var (engine, embedder) = (new ToyScorer(new Interruption()), new ToyScorer(new Interruption()) { Embedding = (_, index) => [1, index] });
        var config = Config(problems: 5) with { Methods = ["debate"], Iterations = 0, EmbeddingModel = _files.Write("embedder.gguf", "other weights") };
        using var open = RunFolder.Open(_files.At("run"), config);
        await new SelfImprovement(open, new EngineChunkRunner(engine) { Embedder = embedder }, new ArithmeticTask(), new ToyTrainer(new Interruption()), null, new StoppedClock())
            .RunAsync(TestContext.Current.CancellationToken);
        open.Dispose();

        Assert.Empty(engine.Embedded);
        Assert.NotEmpty(embedder.Embedded);
        Assert.Contains("embedder.gguf", File.ReadAllText(_files.At("run/inputs.json")));
        _files.Write("embedder.gguf", "changed");
        Assert.Contains("embedder.gguf: expected SHA-256", Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config)).Message);
    }

    [Fact]
    public async Task WhereAnswersAreNotScoredTheReasonIsSaidOnce()
    {
        var recorder = new Recorder();
        var summary = await ToyRun.RunAsync(_files.At("run"), Config(problems: 2), observer: recorder);

        Assert.Contains("remote endpoint", Assert.Single(recorder.Events.OfType<DiversityNotMeasured>()).Reason);
        Assert.All(summary.Methods, row => Assert.Null(row.Diversity));
        Assert.False(Directory.Exists(_files.At("run/diversity")));
    }

    [Fact]
    public async Task NoneAreMeasuredWhereNoneAreAskedFor()
    {
        var (summary, engine, recorder) = await RunAsync(Config(problems: 0));

        Assert.All(summary.Methods, row => Assert.Null(row.Diversity));
        Assert.Empty(engine.Scored);
        Assert.Empty(recorder.Events.OfType<DiversityNotMeasured>());
        Assert.DoesNotContain(recorder.Events.OfType<StageStarted>(), stage => stage.Stage.Activity == StageActivity.Diversity);
    }

    /// <summary>Whether answers are scored or not changes nothing of what is answered, taught and learned.</summary>
    [Fact]
    public async Task NothingElseDependsOnIt()
    {
        await RunAsync(Config(problems: 0), folder: "without");
        await RunAsync(Config(problems: 3), folder: "with");

        foreach (var file in Directory.EnumerateFiles(_files.At("without"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_files.At("without"), path)))
        {
            if (file is ".lock" or "config.json" or "summary.json" or "report.html" or "manifest.json") continue;
            Assert.Equal(File.ReadAllBytes(_files.At("without/" + file)), File.ReadAllBytes(_files.At("with/" + file)));
        }
    }

    [Fact]
    public async Task AMeasurementIsSealedAndMadeAgainWhenItsFileIsDeleted()
    {
        var config = Config(problems: 3);
        var (summary, _, recorder) = await RunAsync(config);
        var path = _files.At("run/diversity/multiagent-ft-2.json");
        var whole = File.ReadAllText(path);
        Assert.Contains(recorder.Events.OfType<StageFinished>(), stage => stage is { Skipped: false, Stage.Activity: StageActivity.Diversity });

        File.Delete(_files.At("run/manifest.json"));
        File.WriteAllText(path, whole.Replace("\"skipped\": 0", "\"skipped\": 1"));
        var error = await Assert.ThrowsAsync<InputException>(() => RunAsync(config));
        Assert.StartsWith(path + ": expected SHA-256 ", error.Message);

        File.Delete(path);
        var (again, engine, _) = await RunAsync(config);
        Assert.Equal(summary.Methods.Select(row => row.Diversity), again.Methods.Select(row => row.Diversity));
        Assert.Equal(whole, File.ReadAllText(path));
        Assert.Equal(12, engine.Scored.Count);
    }

    private RunConfig Config(int problems) => ToyRun.Small(_files) with { DiversityProblems = problems };

    private async Task<(Summary Summary, ToyScorer Engine, Recorder Recorder)> RunAsync(RunConfig config, ToyScorer? engine = null, string folder = "run")
    {
        engine ??= new ToyScorer(new Interruption());
        var recorder = new Recorder();
        using var open = RunFolder.Open(_files.At(folder), config);
        var summary = await new SelfImprovement(open, engine, new ArithmeticTask(), new ToyTrainer(new Interruption()), recorder, new StoppedClock()).RunAsync(TestContext.Current.CancellationToken);
        return (summary, engine, recorder);
    }

    private static MethodResult Row(Summary summary, string method, int iteration) => summary.Methods.Single(row => row.Name == method && row.Iteration == iteration);

    private IReadOnlyList<Transcript> Transcripts(string method, int iteration) =>
        TranscriptFile.Read(new RunLayout(_files.At("run")).Transcripts(new StageId(method, iteration, StageActivity.Evaluation)));
}
