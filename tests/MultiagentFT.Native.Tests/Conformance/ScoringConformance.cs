using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Conformance;

/// <summary>Scores of given answers against plain loops over the logits of a context with one policy.</summary>
public abstract class ScoringConformance : RuntimeConformance
{
    private static readonly ChatMessage[] Question = [ChatMessage.System("Be brief."), ChatMessage.User("What is 3+4?")];
    private static readonly AdapterVersion First = new("critic-1", 1);
    private static readonly AdapterVersion Second = new("critic-2", 3);

    /// <summary>In nats. llama.cpp rounds steps of one row and of many differently; the policies are hundreds of times as far from each other.</summary>
    protected virtual double Tolerance => 1e-3;

    [Theory]
    [InlineData(4, 64)]
    [InlineData(4, 5)]
    [InlineData(2, 16)]
    public async Task ScoresAreThoseOfPlainLoops(int slots, int batchTokens)
    {
        using var runtime = OpenTiny();
        string[] files = [Write("1.gguf", 1), Write("2.gguf", 2)];
        AdapterVersion?[] policies = [First, null, Second];
        ScoringRequest[] requests =
        [
            new() { Messages = Question, Answer = "3+4 is the 7.", Policies = policies },
            new() { Messages = [.. Question, ChatMessage.Assistant("Six."), ChatMessage.User("Really?")], Answer = "No, in 12 the answer is another one: 7.", Policies = policies },
            new() { Messages = Question, Answer = "3+4 is the 8.", Policies = policies },
        ];
        await using var engine = new GenerationEngine(
            runtime, new EngineOptions { Slots = slots, SlotContext = 128, BatchTokens = batchTokens, Threads = 1 }, leaveRuntimeOpen: true);
        await engine.LoadAdapterAsync(First, files[0], TestContext.Current.CancellationToken);
        await engine.LoadAdapterAsync(Second, files[1], TestContext.Current.CancellationToken);

        var scores = await engine.ScoreAsync(requests, TestContext.Current.CancellationToken);

        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Null(scores[i].Failure);
            var prompt = PromptEncoder.Encode(runtime.ChatTemplate, runtime.Tokenizer, requests[i].Messages);
            int[] answer = [.. scores[i].Tokens];
            Assert.Equal(runtime.Tokenizer.Tokenize(requests[i].Answer, addSpecial: false, parseSpecial: false), answer);
            ReferenceScores.AssertEqual(
                ReferenceScores.Of([Logits(files[0]), Logits(null), Logits(files[1])], answer), scores[i], Tolerance);
            for (var policy = 0; policy < policies.Length; policy++)
                Assert.All(scores[i].Divergences[policy].Where((_, other) => other != policy), divergence => Assert.True(divergence > 0.05, $"the adapters change little: {divergence}"));

            float[][] Logits(string? file)
            {
                using var adapter = file is null ? null : runtime.LoadAdapter(file);
                using var context = runtime.CreateContext(Decoding.SmallContext with { SlotContext = 128 });
                context.SetAdapter(adapter);
                return ReferenceScores.Logits(context, prompt, answer);
            }
        }
    }

    [Fact]
    public async Task ScoresAreWhatSamplingReports()
    {
        using var runtime = OpenTiny();
        var file = Write("1.gguf", 1);
        await using var engine = new GenerationEngine(runtime, new EngineOptions { Slots = 4, SlotContext = 128, BatchTokens = 64, Threads = 1 }, leaveRuntimeOpen: true);
        await engine.LoadAdapterAsync(First, file, TestContext.Current.CancellationToken);
        var asked = Enumerable.Range(0, 40).Select(i => new GenerationRequest
        {
            Messages = Question,
            Adapter = i % 2 == 0 ? null : First,
            Seed = (ulong)i,
            MaxNewTokens = 1 + (i / 8),
            LogProbabilities = new LogProbabilityOptions(),
        }).ToList();
        var answers = await engine.GenerateBatchAsync(asked, cancellation: TestContext.Current.CancellationToken);
        // Random bytes are no text.
        var sound = Enumerable.Range(0, asked.Count).Where(i => answers[i].Text.Length > 0 && Tokens(answers[i].Text).SequenceEqual(Drawn(answers[i]))).ToList();

        var scores = await engine.ScoreAsync(
            sound.ConvertAll(i => new ScoringRequest { Messages = asked[i].Messages, Answer = answers[i].Text, Policies = [First, null] }),
            TestContext.Current.CancellationToken);

        Assert.InRange(sound.Count, 5, asked.Count);
        for (var i = 0; i < sound.Count; i++)
        {
            var own = scores[i].LogProbabilities[asked[sound[i]].Adapter is null ? 1 : 0];
            Assert.Equal(Drawn(answers[sound[i]]), scores[i].Tokens);
            Assert.All(answers[sound[i]].LogProbabilities!.Zip(own), pair => Assert.Equal(pair.First.Drawn.LogProbability, pair.Second, Tolerance));
        }

        int[] Tokens(string text) => runtime.Tokenizer.Tokenize(text, addSpecial: false, parseSpecial: false);

        static int[] Drawn(GenerationResult answer) => [.. answer.LogProbabilities!.Select(token => token.Drawn.Token)];
    }

    [Theory]
    [InlineData(64)]
    [InlineData(5)]
    public async Task EmbeddingsAreMeansOfHiddenStates(int batchTokens)
    {
        using var runtime = OpenTiny();
        string[] texts = ["3+4 is the 7.", "No, in 12 the answer is another one: 7."];
        await using var engine = new GenerationEngine(runtime, new EngineOptions { Slots = 4, SlotContext = 128, BatchTokens = batchTokens, Threads = 1 }, leaveRuntimeOpen: true);

        var embeddings = await engine.EmbedAsync(texts, TestContext.Current.CancellationToken);

        using var context = runtime.CreateContext(Decoding.SmallContext with { SlotContext = 128 });
        context.GiveHidden(true);
        for (var i = 0; i < texts.Length; i++)
        {
            var tokens = runtime.Tokenizer.Tokenize(texts[i], addSpecial: false, parseSpecial: false);
            var sums = new double[64];
            context.Truncate(0, 0);
            for (var position = 0; position < tokens.Length; position++)
            {
                var batch = new DecodeBatch(1);
                batch.Add(tokens[position], position, 0, output: true);
                context.Decode(batch);
                for (var at = 0; at < 64; at++) sums[at] += context.Hidden(0)[at];
            }
            Decoding.AssertClose(Array.ConvertAll(sums, sum => (float)(sum / tokens.Length)), [.. embeddings[i].Values], 1e-3f);
        }
        Assert.True(Decoding.Distance([.. embeddings[0].Values], [.. embeddings[1].Values]) > 0.1f);
    }

    private string Write(string name, ulong seed) => TinyAdapter.Write(File(name), File("model.gguf"), new TinyAdapterOptions { Seed = seed });
}
