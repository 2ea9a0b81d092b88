using MultiagentFT.Bench.Debating;
using MultiagentFT.Bench.Models;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Testing;

namespace MultiagentFT.Bench.Tests;

public sealed class DebateBenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task EveryDecoderHoldsTheSameDebates()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });
        var options = new DebateBenchOptions { Agents = 2, Rounds = 2, Debates = 2, Rank = 2, Threads = 1 };
        using var adapters = NoiseAdapters.Write(model, 4, options.Rank);

        var results = await DebateBench.RunAsync(
            model, adapters.Paths, options, TimeProvider.System, null, TestContext.Current.CancellationToken);

        Assert.Equal([DecoderKind.Llama, DecoderKind.Society], results.Select(result => result.Decoder));
        Assert.All(results, result =>
        {
            Assert.Equal((2, 2, 2), (result.Agents, result.Rounds, result.Debates));
            Assert.InRange(result.P50Milliseconds, 0.001, result.P95Milliseconds);
            Assert.InRange(result.FirstTokenMilliseconds, 0.001, result.P50Milliseconds);
            Assert.True(result.TokensPerSecond > 0);
        });
    }

    [Fact]
    public async Task OptionsOutOfRangeAreRefused()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => DebateBench.RunAsync(
            "x.gguf", [], new DebateBenchOptions { Debates = 0 }, TimeProvider.System, null, default));
        Assert.StartsWith("debates: expected 1 to 10000", error.Message);
    }

    public void Dispose() => _folder.Dispose();
}
