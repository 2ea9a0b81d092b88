using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Measuring;

namespace MultiagentFT.Training.Tests.Measuring;

public sealed class TrainingBenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("supervised", 1, 2)]
    [InlineData("dpo", 2, 1)]
    [InlineData("kto", 1, 1)]
    public void What_was_asked_for_is_trained_and_measured(string objective, int adapters, int sideBySide)
    {
        var job = Job(objective) with { Adapters = adapters, SideBySide = sideBySide };

        var measured = TrainingBench.Run(job, _folder.Path, CancellationToken.None);

        Assert.Equal((objective, adapters, sideBySide, 3, 128, 2), (measured.Objective, measured.Adapters, measured.SideBySide, measured.Rank, measured.BatchTokens, measured.Steps));
        Assert.InRange(measured.Length, 60, 64);
        Assert.Equal(Kept.Nothing, measured.Keep);
        Assert.Equal(adapters, Directory.GetFiles(_folder.Path, "adapter-*.gguf").Length);
        Assert.True(measured.TokensPerSecond > 0 && measured.PeakBytes > 0 && measured.PlannedBytes > 0);
        using var file = ModelFile.Open(job.Model);
        // Of every sequence a bit less than half is learned.
        var (least, most) = (TrainingOperations.PerToken(file.Shape, job.Options, measured.Length, 0.3), TrainingOperations.PerToken(file.Shape, job.Options, measured.Length, 0.5));
        Assert.InRange(measured.PeakShare * measured.PeakOperationsPerSecond / measured.TokensPerSecond, least, most);
    }

    /// <summary>Two blocks of width 8, with 2 heads of 4, 1 of keys, 16 in the feed-forward layer, 10 tokens.</summary>
    [Fact]
    public void Operations_are_counted_by_hand()
    {
        var shape = new ModelShape
        {
            Architecture = "llama",
            Vocabulary = 10,
            Embedding = 8,
            Blocks = 2,
            Heads = 2,
            KeyValueHeads = 1,
            HeadLength = 4,
            FeedForward = 16,
            Context = 64,
        };
        var options = new TrainingOptions { Rank = 2, Targets = ["q", "down"] };
        const double Matrices = 2 * ((8 * 8) + (2 * 8 * 4) + (8 * 8) + (3 * 8 * 16));
        const double Output = 0.5 * 10 * 8;
        // Scores and values of 6 tokens, half of 12.
        const double Attention = 2 * 2 * 6 * 8;
        const double Adapters = 2 * 2 * ((8 + 8) + (16 + 8));

        Assert.Equal((4 * (Matrices + Output)) + (6 * (Attention + Adapters)), TrainingOperations.PerToken(shape, options, 12, 0.5));
        Assert.Equal(
            (6 * (Matrices + Output)) + (8 * Attention) + (6 * Adapters), TrainingOperations.PerToken(shape, options with { Objective = "dpo" }, 12, 0.5));
    }

    [Theory]
    [InlineData(16, "length: expected 32 to 65536, found 16")]
    [InlineData(100_000, "length: expected 32 to 65536, found 100000")]
    public void Sizes_out_of_range_are_refused(int length, string expected) =>
        Assert.Equal(expected, Assert.Throws<InputException>(() => TrainingBench.Run(Job("supervised") with { Length = length }, _folder.Path, CancellationToken.None)).Message);

    private TrainingBenchJob Job(string objective) => new()
    {
        Model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q4_0 }),
        Options = new TrainingOptions { Objective = objective, Rank = 3, BatchTokens = 128, Threads = 1, Keep = Kept.Nothing },
        Length = 64,
        Steps = 2,
    };
}
