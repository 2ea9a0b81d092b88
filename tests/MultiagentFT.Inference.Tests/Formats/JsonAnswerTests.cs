using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Formats;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Sampling;
using MultiagentFT.Inference.Tests.Engines;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Formats;

public sealed class JsonAnswerTests
{
    private static readonly GenerationRequest Ask = GenerationEngineTests.Request("json", 3) with { MaxNewTokens = 200, Format = AnswerFormat.JsonObject };

    private static FakeRuntime Talkative => new() { Liked = "{}\":,]1"u8.ToArray() };

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(3f)]
    public async Task An_answer_that_ends_is_an_object_and_one_that_does_not_is_its_beginning(float temperature)
    {
        await using var engine = await GenerationEngineTests.OpenAsync(Talkative);
        var requests = Enumerable.Range(0, 60).Select(i => GenerationEngineTests.Request($"json {i}", (ulong)i) with
        {
            MaxNewTokens = 150,
            Format = AnswerFormat.JsonObject,
            Sampling = new SamplingOptions { Temperature = temperature, TopP = i % 2 == 0 ? 1 : 0.9f, TopK = i % 3 == 0 ? 40 : 0 },
        }).ToList();

        var answers = await engine.GenerateBatchAsync(requests);

        Assert.InRange(answers.Count(answer => answer.Finish == FinishReason.EndOfTurn), 10, answers.Count);
        foreach (var answer in answers)
        {
            var json = default(JsonText);
            Assert.True(json.TryAppend(Encoding.UTF8.GetBytes(answer.Text.TrimEnd('\ufffd'))));
            Assert.Equal(answer.Finish == FinishReason.EndOfTurn, json.IsWhole);
            if (!json.IsWhole) continue;
            using var read = JsonDocument.Parse(answer.Text);
            Assert.Equal(JsonValueKind.Object, read.RootElement.ValueKind);
        }
    }

    [Fact]
    public async Task It_is_the_same_beside_others_and_in_pieces()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(Talkative);
        var alone = await engine.GenerateAsync(Ask);
        var pieces = new StringBuilder();

        var streamed = await engine.GenerateAsync(Ask, piece => pieces.Append(piece));
        var beside = await engine.GenerateBatchAsync([Ask with { Seed = 9 }, Ask, Ask with { Format = AnswerFormat.Text }]);

        Assert.Equal((alone.Text, alone.Text), (streamed.Text, pieces.ToString()));
        Assert.Equal(alone.Tokens, beside[1].Tokens);
        Assert.NotEqual(alone.Text, beside[2].Text);
    }

    /// <summary>Two draws, of which the second is among the allowed tokens alone, have their distribution.</summary>
    [Fact]
    public void Tokens_are_drawn_in_proportion_to_what_they_weigh_among_all()
    {
        var (tokenizer, ends, random) = (new FakeTokenizer(), new bool[258], new SplitMix64(8));
        ends[FakeTokenizer.EndOfTurn] = true;
        var draw = new JsonDraw(tokenizer, ends);
        var (sampler, all) = (new Sampler(258), new SamplingOptions { TopP = 1 });
        var logits = Enumerable.Range(0, 258).Select(_ => (float)(random.NextDouble() * 2)).ToArray();
        var json = default(JsonText);
        Assert.True(json.TryAppend("{\"a\":"u8));
        var allowed = Enumerable.Range(0, 258).Where(token => draw.Allows(json, token)).ToList();
        Assert.Equal(" \t\r\n{[\"-0123456789tfn".Order().Select(c => (int)c), allowed);
        var mass = allowed.Sum(token => Math.Exp(logits[token]));
        const int Draws = 40_000;

        var counts = new int[258];
        for (var i = 0; i < Draws; i++)
        {
            var generator = new Seed(5).Of(i).Generator();
            var token = sampler.Sample(logits, all, generator);
            counts[draw.Allows(json, token) ? token : draw.Draw(logits, json, all, generator)]++;
        }

        Assert.Equal(Draws, allowed.Sum(token => counts[token]));
        foreach (var token in allowed)
        {
            var expected = Math.Exp(logits[token]) / mass;
            // Five standard errors.
            Assert.Equal(expected, counts[token] / (double)Draws, 5 * Math.Sqrt(expected * (1 - expected) / Draws));
        }
    }

    [Fact]
    public async Task A_vocabulary_that_cannot_write_it_is_named()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { Tokenizer = new NoBraces() });

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(Ask));

        Assert.Equal(FailureKind.Invalid, error.Failure.Kind);
        Assert.Contains("format: expected Text, as JSON needs a token of its own for }, which this model's vocabulary does not have", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(FinishReason.Failed, (await engine.GenerateAsync(Ask with { Format = AnswerFormat.Text })).Finish);
    }

    [Fact]
    public async Task Tokens_without_bytes_are_never_part_of_it()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(Talkative);

        var answers = await engine.GenerateBatchAsync([.. Enumerable.Range(0, 30).Select(i => Ask with { Seed = (ulong)i })]);

        Assert.All(answers, answer => Assert.DoesNotContain(FakeTokenizer.BeginOfText, answer.Tokens));
    }

    /// <summary>Has no token for a closing brace.</summary>
    private sealed class NoBraces : ITokenizer
    {
        private readonly FakeTokenizer _bytes = new();

        public int VocabularySize => _bytes.VocabularySize;

        public IReadOnlyList<string> ControlTokens => _bytes.ControlTokens;

        public IReadOnlyList<string> UserDefinedTokens => [];

        public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) => _bytes.Tokenize(text, addSpecial, parseSpecial);

        public ReadOnlyMemory<byte> Piece(int token) => token == '}' ? "}}"u8.ToArray() : _bytes.Piece(token);

        public bool IsEndOfGeneration(int token) => _bytes.IsEndOfGeneration(token);
    }
}
