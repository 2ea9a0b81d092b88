using MultiagentFT.Debate.Datasets;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Training.Tests.Lora;

public sealed class LoraTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _dataset;

    public LoraTrainerTests()
    {
        _model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q8_0 });
        _dataset = _folder.File("dataset.jsonl");
        DatasetFile.Write(_dataset, [.. Enumerable.Range(0, 24).Select(i => new ChatExample(
            [ChatMessage.User($"What is {i}?"), ChatMessage.Assistant($"It is {i % 3}.")]))]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LossFallsAndTheReportCounts()
    {
        var report = new LoraTrainer(Job("a.gguf", epochs: 12)).Run(null, default);
        Assert.True(report.LastLoss < 0.7 * report.FirstLoss, $"loss from {report.FirstLoss} to {report.LastLoss}");
        Assert.Equal((24, 0), (report.Examples, report.Skipped));
        Assert.True(report.Tokens > report.TargetTokens && report.TargetTokens > 0);
        Assert.True(File.Exists(_folder.File("a.json")));
        using var adapter = AdapterFile.Open(_folder.File("a.gguf"));
        using var model = ModelFile.Open(_model);
        adapter.RequireBase(model);
        Assert.Equal(2 * 7, adapter.Pairs.Count);
    }

    [Fact]
    public void TheSameJobWritesTheSameBytes()
    {
        new LoraTrainer(Job("a.gguf", epochs: 2)).Run(null, default);
        new LoraTrainer(Job("b.gguf", epochs: 2)).Run(null, default);
        using var a = AdapterFile.Open(_folder.File("a.gguf"));
        using var b = AdapterFile.Open(_folder.File("b.gguf"));
        foreach (var (left, right) in a.Pairs.Zip(b.Pairs))
        {
            Assert.Equal(a.File.Read(left.A), b.File.Read(right.A));
            Assert.Equal(a.File.Read(left.B), b.File.Read(right.B));
        }
    }

    [Fact]
    public void TrainingContinuesFromTheAgentsAdapterEvenAtAnotherAlpha()
    {
        var first = new LoraTrainer(Job("a.gguf", epochs: 12)).Run(null, default);
        var job = Job("b.gguf", epochs: 1);
        var second = new LoraTrainer(job with
        {
            StartAdapter = _folder.File("a.gguf"),
            Options = job.Options with { Alpha = 32, LearningRate = 1e-6 },
        }).Run(null, default);
        Assert.InRange(second.FirstLoss, 0.7 * first.LastLoss, 1.3 * first.LastLoss);
    }

    [Fact]
    public void LossOnAllTurnsCountsMoreTokens()
    {
        DatasetFile.Write(_dataset, [new ChatExample(
            [ChatMessage.User("a"), ChatMessage.Assistant("right"), ChatMessage.User("b"), ChatMessage.Assistant("right")])]);
        var job = Job("a.gguf", epochs: 1);
        var last = new LoraTrainer(job).Run(null, default);
        var all = new LoraTrainer(job with { Options = job.Options with { Loss = LossTarget.AllTurns } }).Run(null, default);
        Assert.Equal(last.Tokens, all.Tokens);
        // Two turns of the same words, each with its end.
        Assert.Equal((6, 12), (last.TargetTokens, all.TargetTokens));
    }

    [Fact]
    public void ConversationsThatAreTooLongAreCountedAndIfAllAreRefused()
    {
        var job = Job("a.gguf", epochs: 1);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job with { Options = job.Options with { MaxLength = 8 } }).Run(null, default));
        Assert.Contains("at most 8 tokens", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("a.gguf")));
    }

    [Fact]
    public void AnAdapterOfAnotherRankIsRefusedByName()
    {
        new LoraTrainer(Job("a.gguf", epochs: 1)).Run(null, default);
        var job = Job("b.gguf", epochs: 1);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(
            job with { StartAdapter = _folder.File("a.gguf"), Options = job.Options with { Rank = 2 } }).Run(null, default));
        Assert.Contains("rank 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsOutOfRangeAreAllNamed()
    {
        var job = Job("a.gguf", epochs: 0);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(
            job with { Options = job.Options with { Rank = 0, Targets = ["q", "x"] } }).Run(null, default));
        Assert.All((string[])["rank", "epochs", "targets"], key => Assert.Contains(key, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void CancellationLeavesNothingBehind()
    {
        Assert.Throws<OperationCanceledException>(() => new LoraTrainer(Job("a.gguf", epochs: 1)).Run(null, new CancellationToken(true)));
        Assert.False(File.Exists(_folder.File("a.gguf")));
    }

    private TrainingJob Job(string output, int epochs) => new()
    {
        Model = _model,
        Dataset = _dataset,
        Output = _folder.File(output),
        Seed = 5,
        Options = new TrainingOptions { Rank = 4, Alpha = 8, Epochs = epochs, LearningRate = 1e-2, BatchTokens = 256, Threads = 1 },
    };
}
