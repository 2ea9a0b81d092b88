using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Tests.Engines;
using MultiagentFT.Inference.Tests.Fakes;
using MultiagentFT.Native.Tests.Conformance;

namespace MultiagentFT.Inference.Tests.Scoring;

public sealed class ScoringTests
{
    private const int Vocabulary = 258;
    private static readonly AdapterVersion A1 = new("a", 1);
    private static readonly AdapterVersion B1 = new("b", 1);
    private static readonly AdapterVersion?[] All = [A1, null, B1];

    /// <summary>Slots of their own or one for all, one step or many, with and without memory that can be cut.</summary>
    [Theory]
    [InlineData(true, 3, 200, true)]
    [InlineData(true, 5, 7, true)]
    [InlineData(true, 2, 7, true)]
    [InlineData(true, 5, 7, false)]
    [InlineData(false, 3, 200, true)]
    [InlineData(false, 5, 7, true)]
    [InlineData(false, 1, 7, true)]
    [InlineData(false, 5, 7, false)]
    public async Task Scores_are_those_of_plain_loops_over_the_logits_of_one_policy_after_the_other(bool mixes, int slots, int batchTokens, bool canTruncate)
    {
        var runtime = new FakeRuntime { Mixes = mixes, CanTruncate = canTruncate };
        await using var engine = await OpenAsync(runtime, slots, batchTokens);
        ScoringRequest[] requests =
        [
            Request("What is 1+1?", "It is two."),
            Request("What is 1+1?", "It may be three."),
            Request("What is 1+1?", "It is") with { Policies = [B1, A1] },
            Request("Another question, with a longer text in it.", "!") with { Policies = [null] },
            Request("What is 1+1?", new string('x', 100)),
        ];

        var scores = await engine.ScoreAsync(requests, TestContext.Current.CancellationToken);

        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Null(scores[i].Failure);
            Assert.Equal(Encoding.UTF8.GetBytes(requests[i].Answer).Select(letter => (int)letter), scores[i].Tokens);
            ReferenceScores.AssertEqual(Reference(runtime, requests[i]), scores[i], 1e-9);
        }
        Assert.True(scores[0].Divergences[0][1] > 0.01, "the adapter changes nothing");
        Assert.NotEqual(scores[0].Divergences[0][1], scores[0].Divergences[1][0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Lanes_share_the_work_and_give_the_same(int lanes)
    {
        await using var engine = await OpenAsync(new FakeRuntime { Mixes = true }, lanes: lanes);
        await using var single = await OpenAsync(new FakeRuntime { Mixes = true });
        var requests = Enumerable.Range(0, 10).Select(i => Request($"Question {i / 3}", $"Answer {i}") with { Policies = i % 4 == 0 ? [B1] : All }).ToList();

        var scores = await engine.ScoreAsync(requests, TestContext.Current.CancellationToken);

        for (var i = 0; i < requests.Count; i++)
        {
            var alone = (await single.ScoreAsync([requests[i]], TestContext.Current.CancellationToken))[0];
            Assert.Equal(alone.Tokens, scores[i].Tokens);
            Assert.Equal(alone.LogProbabilities, scores[i].LogProbabilities);
            Assert.Equal(alone.Divergences, scores[i].Divergences);
        }
    }

    [Fact]
    public async Task Log_probabilities_are_those_that_sampling_reports()
    {
        // Letters alone, so that the text of an answer has its tokens.
        var runtime = new FakeRuntime { Mixes = true, Liked = [.. Enumerable.Range('a', 26).Select(letter => (byte)letter)] };
        await using var engine = await OpenAsync(runtime);
        var asked = GenerationEngineTests.Requests(30).Select(request => request with { LogProbabilities = new(), Sampling = new() { TopP = 0.2f }, MaxNewTokens = 20 }).ToList();
        var answers = await engine.GenerateBatchAsync(asked, cancellation: TestContext.Current.CancellationToken);
        var sound = Enumerable.Range(0, asked.Count).Where(i => answers[i].Text.Length > 0 && answers[i].Text.All(char.IsAsciiLetterLower)).ToList();

        var scores = await engine.ScoreAsync(
            sound.ConvertAll(i => new ScoringRequest { Messages = asked[i].Messages, Answer = answers[i].Text, Policies = [asked[i].Adapter] }),
            TestContext.Current.CancellationToken);

        Assert.InRange(sound.Count, 10, 30);
        for (var i = 0; i < sound.Count; i++)
        {
            var drawn = answers[sound[i]].LogProbabilities!;
            Assert.Equal(drawn.Select(token => token.Drawn.Token), scores[i].Tokens);
            Assert.All(drawn.Zip(scores[i].LogProbabilities[0]), pair => Assert.Equal(pair.First.Drawn.LogProbability, pair.Second, 1e-5));
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    public async Task Batches_afterwards_are_those_of_an_engine_that_has_scored_nothing(bool mixes, int lanes)
    {
        var (plain, scoring) = (new FakeRuntime { Mixes = mixes }, new FakeRuntime { Mixes = mixes });
        await using var expected = await OpenAsync(plain, lanes: lanes);
        await using var engine = await OpenAsync(scoring, lanes: lanes);
        var requests = GenerationEngineTests.Requests(20);
        // The last adapter in use is not the base model's.
        await engine.GenerateAsync(requests[1], cancellation: TestContext.Current.CancellationToken);

        await engine.ScoreAsync([Request("p", "answer"), Request("q", "answer")], TestContext.Current.CancellationToken);

        Assert.Equal(0, engine.Load.HeldTokens);
        foreach (var context in plain.Contexts.Concat(scoring.Contexts)) context.Log = new StringBuilder();
        var answers = await engine.GenerateBatchAsync(requests, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(
            (await expected.GenerateBatchAsync(requests, cancellation: TestContext.Current.CancellationToken)).Select(answer => answer.Text), answers.Select(answer => answer.Text));
        Assert.Equal(plain.Contexts.Select(context => context.Log!.ToString()), scoring.Contexts.Select(context => context.Log!.ToString()));
    }

    [Fact]
    public async Task Bad_requests_fail_alone()
    {
        await using var engine = await OpenAsync(new FakeRuntime { Mixes = true, NanAfter = 'Z' });
        ScoringRequest[] requests =
        [
            Request("good", "yes"),
            Request("a", "b") with { Messages = [] },
            Request("a", "b") with { Policies = [] },
            Request("a", "b") with { Policies = [A1, null, A1] },
            Request("a", "b") with { Policies = [null, B1, null] },
            Request("a", "b") with { Policies = [A1, new("nobody", 7)] },
            Request("a", ""),
            Request("a", "b<end>"),
            Request("a<begin>", "b"),
            // The beginning of a text, 251 letters and the opening of an answer: 253 tokens.
            Request(new string('x', 251), "12345"),
            Request("a", "aZb"),
            Request("good", "too"),
        ];
        (FailureKind Kind, string Reason)[] failures =
        [
            (FailureKind.Invalid, "messages: expected at least one, found none"),
            (FailureKind.Invalid, "policies: expected 1 to 256, found 0"),
            (FailureKind.Invalid, "policies: expected each once, found a@1 2 times"),
            (FailureKind.Invalid, "policies: expected each once, found the base model 2 times"),
            (FailureKind.Invalid, "nobody@7, which is not loaded"),
            (FailureKind.Invalid, "answer: expected at least one token, found 0"),
            (FailureKind.Invalid, "message 2: content: expected text without the model's control tokens, found <end>"),
            (FailureKind.Invalid, "message 1: content: expected text without the model's control tokens, found <begin>"),
            (FailureKind.PromptTooLong, "conversation and answer: expected at most 257 tokens, found 258"),
            (FailureKind.NotFinite, "expected finite numbers"),
        ];

        var scores = await engine.ScoreAsync(requests, TestContext.Current.CancellationToken);

        for (var i = 0; i < failures.Length; i++)
        {
            Assert.Equal(failures[i].Kind, scores[i + 1].Failure!.Kind);
            Assert.Contains(failures[i].Reason, scores[i + 1].Failure!.Message);
            Assert.Empty(scores[i + 1].Tokens);
        }
        var alone = await engine.ScoreAsync([requests[^1], requests[0], Request(new string('x', 251), "1234")], TestContext.Current.CancellationToken);
        Assert.Equal(alone[0].LogProbabilities, scores[^1].LogProbabilities);
        Assert.Equal(alone[1].LogProbabilities, scores[0].LogProbabilities);
        Assert.Null(alone[2].Failure);
    }

    [Fact]
    public async Task A_failed_step_fails_the_call_and_the_engine_goes_on()
    {
        var runtime = new FakeRuntime { Mixes = true };
        await using var engine = await OpenAsync(runtime);
        var request = Request("What is 1+1?", new string('x', 100));
        var before = await engine.ScoreAsync([request], TestContext.Current.CancellationToken);
        var steps = 0;
        runtime.OnDecode = _ =>
        {
            if (++steps == 3) throw new InvalidOperationException("decode says no");
        };

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.ScoreAsync([request], TestContext.Current.CancellationToken));

        Assert.Equal((FailureKind.DecodingFailed, true), (error.Failure.Kind, error.Message.Contains("decode says no")));
        Assert.Equal(before[0].LogProbabilities, (await engine.ScoreAsync([request], TestContext.Current.CancellationToken))[0].LogProbabilities);
        await engine.GenerateAsync(GenerationEngineTests.Request("a", 1), cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_context_that_is_lost_while_scoring_ends_the_engine_where_there_is_no_other()
    {
        var runtime = new FakeRuntime { Mixes = true, CanClear = true };
        await using var engine = await OpenAsync(runtime);
        runtime.OnDecode = _ =>
        {
            runtime.CanClear = runtime.CanCreate = false;
            throw new InvalidOperationException("decode says no");
        };

        await Assert.ThrowsAnyAsync<Exception>(() => engine.ScoreAsync([Request("a", "b")], TestContext.Current.CancellationToken));

        var error = await Assert.ThrowsAsync<GenerationException>(
            () => engine.GenerateAsync(GenerationEngineTests.Request("a", 1), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(FailureKind.Stopped, error.Failure.Kind);
    }

    [Fact]
    public async Task Nothing_is_scored_while_requests_run()
    {
        await using var engine = await OpenAsync(new FakeRuntime { Mixes = true, EndLogit = -1000 });
        Task? scored = null;

        var answer = await engine.GenerateAsync(
            GenerationEngineTests.Request("a", 1), _ => scored ??= engine.ScoreAsync([Request("a", "b")]), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(() => scored!);
        Assert.Equal(100, answer.GeneratedTokens);
    }

    [Fact]
    public async Task Scoring_can_be_cancelled_and_lets_go_of_its_adapters()
    {
        var runtime = new FakeRuntime { Mixes = true };
        await using var engine = await OpenAsync(runtime);
        using var source = new CancellationTokenSource();
        Task? unloading = null;
        runtime.OnDecode = _ =>
        {
            unloading ??= engine.UnloadAdapterAsync(B1);
            Assert.DoesNotContain(runtime.Adapters, adapter => adapter.IsDisposed);
            source.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.ScoreAsync([Request("a", new string('x', 200))], source.Token));

        await unloading!;
        Assert.Contains(runtime.Adapters, adapter => adapter.IsDisposed);
        runtime.OnDecode = null;
        Assert.Equal(0, engine.Load.HeldTokens);
        Assert.Null((await engine.ScoreAsync([Request("a", "b") with { Policies = [A1] }], TestContext.Current.CancellationToken))[0].Failure);
        Assert.Empty(await engine.ScoreAsync([], TestContext.Current.CancellationToken));
    }

    private static ScoringRequest Request(string question, string answer) => new() { Messages = [ChatMessage.User(question)], Answer = answer, Policies = All };

    private static ReferenceScores Reference(FakeRuntime runtime, ScoringRequest request)
    {
        int[] prompt = [FakeTokenizer.BeginOfText, .. Encoding.UTF8.GetBytes(request.Messages[0].Content).Select(letter => (int)letter), '>'];
        using var fresh = new FakeRuntime { Mixes = runtime.Mixes };
        var logits = new List<float[][]>();
        foreach (var policy in request.Policies)
        {
            using var adapter = policy is null ? null : fresh.LoadAdapter(policy.Name + ".gguf");
            using var context = fresh.CreateContext(new ContextOptions { Slots = 1, SlotContext = 300, BatchTokens = 1 });
            context.SetAdapter(adapter);
            logits.Add(ReferenceScores.Logits(context, prompt, [.. Encoding.UTF8.GetBytes(request.Answer).Select(letter => (int)letter)]));
        }
        return ReferenceScores.Of([.. logits], [.. Encoding.UTF8.GetBytes(request.Answer).Select(letter => (int)letter)]);
    }

    private static async Task<GenerationEngine> OpenAsync(FakeRuntime runtime, int slots = 5, int batchTokens = 45, int lanes = 1)
    {
        Assert.Equal(Vocabulary, runtime.Model.VocabularySize);
        var engine = new GenerationEngine(runtime, new EngineOptions { Slots = slots, SlotContext = 256, BatchTokens = batchTokens, Lanes = lanes });
        await engine.LoadAdapterAsync(A1, "a.gguf", TestContext.Current.CancellationToken);
        await engine.LoadAdapterAsync(B1, "b.gguf", TestContext.Current.CancellationToken);
        return engine;
    }
}
