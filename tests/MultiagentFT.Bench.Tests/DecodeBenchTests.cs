using MultiagentFT.Bench.Decoding;
using MultiagentFT.Bench.Models;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;

namespace MultiagentFT.Bench.Tests;

public sealed class DecodeBenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void EveryArrangementIsMeasuredForEachNumberOfRowsAndAdapters(int prompt)
    {
        var options = new DecodeBenchOptions { Adapters = [0, 2, 3], Rows = [1, 3, 3], Rank = 2, Depth = 5, Prompt = prompt, Repeats = 2, Threads = 1 };
        using var bench = Bench(options, adapters: 3);

        var measurements = bench.Run(null, TestContext.Current.CancellationToken);

        Assert.Equal([(1, 0), (3, 0), (3, 2), (3, 3)], measurements.Select(measurement => (measurement.Rows, measurement.Adapters)));
        Assert.All(measurements, measurement =>
        {
            Arrangement[] expected = measurement.Adapters == 0 ? [Arrangement.Base, Arrangement.Mixed] : Enum.GetValues<Arrangement>();
            Assert.Equal(expected, measurement.Results.Select(result => result.Arrangement));
            Assert.Equal(expected, expected.Select(arrangement => measurement.Of(arrangement)!.Arrangement));
            Assert.All(measurement.Results, result => Assert.Equal(
                (result.Arrangement == Arrangement.Base ? 0 : measurement.Adapters, measurement.Rows, prompt, 2),
                (result.Adapters, result.Rows, result.PromptTokens, result.Repeats)));
        });
        var all = measurements.SelectMany(measurement => measurement.Results).ToList();
        Assert.All(all, result => Assert.Equal(1000 * result.Rows * Math.Max(1, prompt) / result.StepMilliseconds, result.TokensPerSecond, 6));
        Assert.All(all, result => Assert.InRange(result.MinMilliseconds, 0.0001, result.StepMilliseconds));
    }

    /// <summary>A prompt is split where a call is full, and every arrangement computes all of it.</summary>
    [Theory]
    [InlineData(Arrangement.Base, new[] { 512, 88 })]
    [InlineData(Arrangement.Mixed, new[] { 512, 88 })]
    [InlineData(Arrangement.Grouped, new[] { 400, 200 })]
    [InlineData(Arrangement.Contexts, new[] { 400, 200 })]
    [InlineData(Arrangement.Sequential, new[] { 200, 200, 200 })]
    public void PromptsAreComputedInCallsThatFit(Arrangement arrangement, int[] rows)
    {
        using var bench = Bench(new DecodeBenchOptions { Adapters = [2], Rows = [3], Rank = 2, Depth = 3, Prompt = 200, Threads = 1 }, adapters: 2);
        using var runner = bench.Runner(arrangement, 3, arrangement == Arrangement.Base ? 0 : 2);

        for (var i = 0; i < 3; i++) runner.Run(counts: true);

        Assert.Equal(rows, runner.CallRows);
        Assert.True(runner.MinMilliseconds > 0);
    }

    [Theory]
    [InlineData(Arrangement.Base)]
    [InlineData(Arrangement.Mixed)]
    [InlineData(Arrangement.Grouped)]
    [InlineData(Arrangement.Contexts)]
    [InlineData(Arrangement.Sequential)]
    public void AStepAllocatesNothing(Arrangement arrangement)
    {
        using var bench = Bench(new DecodeBenchOptions { Adapters = [2], Rows = [4], Rank = 2, Depth = 5, Threads = 1 }, adapters: 2);
        using var runner = bench.Runner(arrangement, 4, arrangement == Arrangement.Base ? 0 : 2);
        for (var i = 0; i < 3; i++) runner.Run(counts: false);

        // A collection that another thread causes ends this thread's allocation window, which then counts as allocated: what a
        // step allocates itself would be there every time.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 5; i++) runner.Run(counts: false);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    [Fact]
    public void ManyRowsAreMeasuredLessOftenOneAfterAnother()
    {
        var options = new DecodeBenchOptions { Adapters = [1], Rows = [32], Rank = 2, Depth = 0, Repeats = 8, Threads = 1 };
        using var bench = Bench(options, adapters: 1);

        var measurement = Assert.Single(bench.Run(null, TestContext.Current.CancellationToken));

        Assert.Equal([8, 8, 8, 8, 3], measurement.Results.Select(result => result.Repeats));
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("adapters")]
    [InlineData("adapters: expected a number up to the largest number of rows (3), found 4")]
    [InlineData("rank")]
    [InlineData("prompt")]
    [InlineData("repeats")]
    public void OptionsOutOfRangeAreRefusedByName(string name)
    {
        var options = name switch
        {
            "rows" => new DecodeBenchOptions { Rows = [0] },
            "adapters" => new DecodeBenchOptions { Adapters = [65] },
            "prompt" => new DecodeBenchOptions { Prompt = 16_385 },
            "rank" => new DecodeBenchOptions { Rank = 257 },
            "repeats" => new DecodeBenchOptions { Repeats = 0 },
            _ => new DecodeBenchOptions { Adapters = [4], Rows = [3] },
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
