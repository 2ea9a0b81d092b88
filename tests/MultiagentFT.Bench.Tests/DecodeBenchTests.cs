using MultiagentFT.Bench.Decoding;
using MultiagentFT.Bench.Models;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;

namespace MultiagentFT.Bench.Tests;

public sealed class DecodeBenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void EveryArrangementIsMeasuredForEachNumberOfRowsAndAdapters()
    {
        var options = new DecodeBenchOptions { Adapters = [0, 2, 3], Rows = [1, 3], Rank = 2, Depth = 5, Repeats = 2, Threads = 1 };
        using var bench = Bench(options, adapters: 3);

        var results = bench.Run(null, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                (Arrangement.Base, 0, 1), (Arrangement.Society, 0, 1),
                (Arrangement.Base, 0, 3), (Arrangement.Society, 0, 3),
                (Arrangement.Base, 0, 3), (Arrangement.Society, 2, 3), (Arrangement.Grouped, 2, 3), (Arrangement.Contexts, 2, 3),
                (Arrangement.Sequential, 2, 3),
                (Arrangement.Base, 0, 3), (Arrangement.Society, 3, 3), (Arrangement.Grouped, 3, 3), (Arrangement.Contexts, 3, 3),
                (Arrangement.Sequential, 3, 3),
            ],
            results.Select(result => (result.Arrangement, result.Adapters, result.Rows)));
        Assert.All(results, result => Assert.Equal(1000 * result.Rows / result.StepMilliseconds, result.TokensPerSecond, 6));
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("adapters")]
    [InlineData("rank")]
    [InlineData("repeats")]
    public void OptionsOutOfRangeAreRefusedByName(string name)
    {
        var options = name switch
        {
            "rows" => new DecodeBenchOptions { Rows = [0] },
            "adapters" => new DecodeBenchOptions { Adapters = [65] },
            "rank" => new DecodeBenchOptions { Rank = 257 },
            _ => new DecodeBenchOptions { Repeats = 0 },
        };
        Assert.StartsWith(name, Assert.Throws<InputException>(() => Bench(options, adapters: 0)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private DecodeBench Bench(DecodeBenchOptions options, int adapters)
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        using var files = NoiseAdapters.Write(model, adapters, Math.Clamp(options.Rank, 1, 256));
        return new DecodeBench(model, files.Paths, options);
    }
}
