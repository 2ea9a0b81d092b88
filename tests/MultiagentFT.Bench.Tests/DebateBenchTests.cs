using MultiagentFT.Bench.Debating;
using MultiagentFT.Bench.Models;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;
using MultiagentFT.Testing;

namespace MultiagentFT.Bench.Tests;

public sealed class DebateBenchTests : IDisposable
{
    /// <summary>Two agents, two rounds: four answers and two summaries.</summary>
    private const int Answers = 6;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task EveryDecoderHoldsTheSameDebates()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });
        var noise = new NoiseSociety { Agents = 2, Rounds = 2, Rank = 2, AnswerTokens = 40 };
        using var adapters = NoiseAdapters.Write(model, noise.Adapters, noise.Rank);

        var results = await RunAsync(noise.Setup(model, adapters.Paths), new DebateBenchOptions { Debates = 2, Threads = 1 });

        Assert.Equal([DecoderKind.Llama, DecoderKind.Mixed], results.Select(result => result.Decoder));
        Assert.All(results, result =>
        {
            Assert.Equal((2, 2, 2), (result.Agents, result.Rounds, result.Debates));
            Assert.Equal((40, 2 * Answers * 40), (result.AnswerTokens, result.GeneratedTokens));
            Assert.InRange(result.P50Milliseconds, 0.001, result.P95Milliseconds);
            Assert.InRange(result.FirstTokenMilliseconds, 0.001, result.P50Milliseconds);
            Assert.True(result.TokensPerSecond > 0);
        });
    }

    /// <summary>A saved run may ask for what only the mixed-adapter decoder has: the other is measured without.</summary>
    [Fact]
    public async Task OptionsOfOneDecoderAreLeftOutOfTheOther()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });
        var noise = new NoiseSociety { Agents = 1, Rounds = 1, Rank = 2, AnswerTokens = 8 };
        using var adapters = NoiseAdapters.Write(model, noise.Adapters, noise.Rank);
        var setup = noise.Setup(model, adapters.Paths);
        var results = await RunAsync(
            setup with { Society = setup.Society with { Engine = setup.Society.Engine with { AdapterType = AdapterType.F16, Deterministic = true, KeptSlots = 3 } } },
            new DebateBenchOptions { Debates = 1, Threads = 1 });
        Assert.Equal([DecoderKind.Llama, DecoderKind.Mixed], results.Select(result => result.Decoder));
    }

    /// <summary>A critic's second turn adds to its conversation: what it said in the first is not computed again.</summary>
    [Fact]
    public async Task ACriticGoesOnFromItsLastTurn()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });
        const int Answer = 40;
        using var adapters = NoiseAdapters.Write(model, 4, 2);
        var two = await Society(rounds: 2);
        var three = await Society(rounds: 3);
        Assert.InRange(three.CachedTokens - two.CachedTokens, 2 * 2 * Answer, three.PromptTokens);

        async Task<DebateLatency> Society(int rounds)
        {
            var noise = new NoiseSociety { Agents = 2, Rounds = rounds, Rank = 2, AnswerTokens = Answer };
            return Assert.Single(await RunAsync(
                noise.Setup(model, adapters.Paths), new DebateBenchOptions { Decoders = [DecoderKind.Mixed], Debates = 2, Threads = 1 }));
        }
    }

    [Fact]
    public async Task MadeUpWeightsDebateWithAnswersOfOneLength()
    {
        var model = _folder.File("model.gguf");
        SyntheticModel.Write(model, new BenchShape("tiny", "llama", 64, 2, 4, 2, 16, 128, 2000, tiedOutput: false), "q8_0");
        var noise = new NoiseSociety { Agents = 2, Rounds = 2, Rank = 2, AnswerTokens = 24 };
        using var adapters = NoiseAdapters.Write(model, noise.Adapters, noise.Rank);

        var results = await RunAsync(
            noise.Setup(model, adapters.Paths), new DebateBenchOptions { Decoders = [DecoderKind.Mixed], Debates = 3, Threads = 1 });

        var result = Assert.Single(results);
        Assert.Equal(("synthetic tiny q8_0", 24, 3 * Answers * 24), (result.Model, result.AnswerTokens, result.GeneratedTokens));
    }

    [Fact]
    public async Task AnswersOfASocietyEndByThemselves()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });
        // Two of the 272 tokens end an answer, and at this temperature all are nearly as likely.
        var society = new SocietyOptions(model)
        {
            Debate = new DebateOptions { Agents = 2, Rounds = 1, MaxNewTokens = 3000, Sampling = new SamplingOptions { Temperature = 20, TopP = 1 } },
            Engine = new EngineOptions { Slots = 4, SlotContext = 4096 },
        };

        var result = Assert.Single(await RunAsync(new DebateSetup(society), new DebateBenchOptions { Decoders = [DecoderKind.Llama], Debates = 2, Threads = 1 }));

        Assert.Null(result.AnswerTokens);
        Assert.InRange(result.GeneratedTokens, 4, (4 * 3000) - 1);
    }

    [Fact]
    public async Task AnAnswerCutByAFullSlotIsNoResult()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });
        var society = new SocietyOptions(model)
        {
            Debate = new DebateOptions { Agents = 1, Rounds = 1, MaxNewTokens = 300 },
            Engine = new EngineOptions { Slots = 4, SlotContext = 256 },
        };
        var setup = new DebateSetup(society) { HasFixedLength = true };

        var error = await Assert.ThrowsAsync<GenerationException>(() => RunAsync(setup, new DebateBenchOptions { Debates = 1, Threads = 1 }));

        Assert.Contains("where 300 were asked for: slots of 256 tokens are full", error.Message);
    }

    [Theory]
    [InlineData("agents: expected 1 to 32, found 0")]
    [InlineData("rounds: expected 1 to 16, found 17")]
    [InlineData("rank: expected 1 to 256, found 257")]
    [InlineData("answer-tokens: expected 1 to 4096, found 0")]
    public void ASocietyOutOfRangeIsRefused(string message)
    {
        var noise = message[..2] switch
        {
            "ag" => new NoiseSociety { Agents = 0 },
            "ro" => new NoiseSociety { Rounds = 17 },
            "ra" => new NoiseSociety { Rank = 257 },
            _ => new NoiseSociety { AnswerTokens = 0 },
        };
        Assert.Equal([message], noise.Validate());
    }

    [Fact]
    public async Task OptionsOutOfRangeAreRefused()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => RunAsync(
            new NoiseSociety().Setup("x.gguf", []), new DebateBenchOptions { Debates = 0 }));
        Assert.StartsWith("debates: expected 1 to 10000", error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<IReadOnlyList<DebateLatency>> RunAsync(DebateSetup setup, DebateBenchOptions options) =>
        DebateBench.RunAsync(setup, options, TimeProvider.System, null, TestContext.Current.CancellationToken);
}
