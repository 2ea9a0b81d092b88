using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Tests.Engines;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Scoring;

public sealed class EmbeddingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AnEmbeddingIsTheMeanOverTheTokensOfTheTextAlone(int lanes)
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime(), slots: 2, lanes: lanes);
        string[] texts = ["a", "It is two.", new('x', 120), "It is two."];

        var embeddings = await engine.EmbedAsync(texts, TestContext.Current.CancellationToken);

        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Null(embeddings[i].Failure);
            var expected = Reference(texts[i]);
            Assert.Equal(expected[0], embeddings[i].Values[0], 1e-6);
            Assert.Equal(expected[1], embeddings[i].Values[1], 1e-6);
        }
        Assert.Equal(embeddings[1].Values, embeddings[3].Values);
        Assert.NotEqual(embeddings[0].Values, embeddings[1].Values);
    }

    [Fact]
    public async Task BadTextsFailAlone()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { NanAfter = 'Z' });

        var embeddings = await engine.EmbedAsync(["good", "", new string('x', 256), "aZ", new string('x', 255), "<end>"], TestContext.Current.CancellationToken);

        Assert.Equal([null, FailureKind.Invalid, FailureKind.PromptTooLong, FailureKind.NotFinite, null, null], embeddings.Select(embedding => embedding.Failure?.Kind));
        Assert.Contains("at most 256 tokens, found 257", embeddings[2].Failure!.Message);
        Assert.All(embeddings.Where(embedding => embedding.Failure is not null), embedding => Assert.Empty(embedding.Values));
        Assert.Equal(Reference("good")[0], embeddings[0].Values[0], 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BatchesAfterwardsAreThoseOfAnEngineThatHasEmbeddedNothing(bool mixes)
    {
        var (plain, embedding) = (new FakeRuntime { Mixes = mixes }, new FakeRuntime { Mixes = mixes });
        await using var expected = await GenerationEngineTests.OpenAsync(plain);
        await using var engine = await GenerationEngineTests.OpenAsync(embedding);
        var requests = GenerationEngineTests.Requests(20);
        await engine.GenerateAsync(requests[1], cancellation: TestContext.Current.CancellationToken);

        await engine.EmbedAsync(["some", "texts"], TestContext.Current.CancellationToken);

        foreach (var context in plain.Contexts.Concat(embedding.Contexts)) context.Log = new StringBuilder();
        var answers = await engine.GenerateBatchAsync(requests, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(
            (await expected.GenerateBatchAsync(requests, cancellation: TestContext.Current.CancellationToken)).Select(answer => answer.Text), answers.Select(answer => answer.Text));
        Assert.Equal(plain.Contexts.Select(context => context.Log!.ToString()), embedding.Contexts.Select(context => context.Log!.ToString()));
    }

    /// <summary>Plain loops over the hidden states of one token after the other.</summary>
    private static double[] Reference(string text)
    {
        using var runtime = new FakeRuntime();
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1, SlotContext = 300, BatchTokens = 1 });
        context.GiveHidden(true);
        int[] tokens = [FakeTokenizer.BeginOfText, .. Encoding.UTF8.GetBytes(text).Select(letter => (int)letter)];
        double[] sums = [0, 0];
        for (var position = 0; position < tokens.Length; position++)
        {
            var batch = new DecodeBatch(1);
            batch.Add(tokens[position], position, 0, output: true);
            context.Decode(batch);
            for (var i = 0; position > 0 && i < 2; i++) sums[i] += context.Hidden(0)[i];
        }
        return Array.ConvertAll(sums, sum => sum / (tokens.Length - 1));
    }
}
