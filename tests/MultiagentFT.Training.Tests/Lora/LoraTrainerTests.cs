using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
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
    public void LayersThatAreOneMatrixAreTrainedTogether()
    {
        TinyModel.Write(_model, new TinyModelOptions { Architecture = "phi3", TensorType = TensorType.Q8_0 });
        var job = Job("a.gguf", epochs: 12);

        var report = new LoraTrainer(job).Run(null, default);

        Assert.True(report.LastLoss < 0.7 * report.FirstLoss, $"loss from {report.FirstLoss} to {report.LastLoss}");
        using var adapter = AdapterFile.Open(job.Output);
        Assert.Equal(
            ["blk.0.attn_qkv.weight", "blk.0.attn_output.weight", "blk.0.ffn_up.weight", "blk.0.ffn_down.weight"], adapter.Pairs.Take(4).Select(pair => pair.BaseTensor));
        Assert.Equal(2 * 4, adapter.Pairs.Count);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job with { Output = _folder.File("b.gguf"), Options = job.Options with { Targets = ["q", "v"] } }).Run(null, default));
        Assert.Equal("targets: expected q, k, v together or none of them, as phi3 has them in one matrix, found q, v", error.Message);
        Assert.False(File.Exists(_folder.File("b.gguf")));
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
        Assert.InRange(second.FirstLoss!.Value, 0.7 * first.LastLoss!.Value, 1.3 * first.LastLoss.Value);
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
        DatasetFile.Write(_dataset, [.. DatasetFile.Read(_dataset), new ChatExample([ChatMessage.User(new string('?', 100)), ChatMessage.Assistant("No.")])]);
        var report = new LoraTrainer(job with { Options = job.Options with { MaxLength = 100 } }).Run(null, default);
        Assert.Equal((24, 1), (report.Examples, report.Skipped));
        File.Delete(job.Output);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job with { Options = job.Options with { MaxLength = 8 } }).Run(null, default));
        Assert.Equal($"{_dataset}: expected at least one conversation of at most 8 tokens, found 25 conversations, none that short", error.Message);
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
        var options = job.Options with { Rank = 257, Targets = ["q", "x"], Schedule = (LearningRateSchedule)(-1), Loss = (LossTarget)9, ClipNorm = double.NaN };
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job with { Options = options }).Run(null, default));
        Assert.Equal(
            "training options: rank: expected 1 to 256, found 257; targets: expected q, k, v, o, gate, up or down, found x; "
            + "schedule: expected constant, linear or cosine, found -1; clipNorm: expected 0 or more, found NaN; "
            + "epochs: expected 1 to 1000, found 0; loss: expected last-turn or all-turns, found 9",
            error.Message);
    }

    [Theory]
    [InlineData("model.gguf", "the model")]
    [InlineData("dataset.jsonl", "the dataset")]
    [InlineData("./start.gguf", "the adapter to start from")]
    [InlineData("start.json", "the path of its report")]
    public void NothingThatTheJobReadsIsOverwritten(string output, string found)
    {
        var job = Job(output, epochs: 1) with { StartAdapter = _folder.File("start.gguf") };
        var dataset = File.ReadAllBytes(_dataset);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job).Run(null, default));
        Assert.EndsWith("found " + found, error.Message, StringComparison.Ordinal);
        Assert.Equal(dataset, File.ReadAllBytes(_dataset));
    }

    [Fact]
    public void AReportOverTheDatasetIsRefused()
    {
        var job = Job("data.gguf", epochs: 1) with { Dataset = _folder.File("data.json") };
        File.Copy(_dataset, job.Dataset);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job).Run(null, default));
        Assert.Equal($"{job.Dataset}: expected a path of its own for the report of {job.Output}, found the dataset", error.Message);
        Assert.Equal(File.ReadAllBytes(_dataset), File.ReadAllBytes(job.Dataset));
    }

    [Fact]
    public void AForgedTurnNamesItsConversation()
    {
        DatasetFile.Write(_dataset, [
            new ChatExample([ChatMessage.User("a"), ChatMessage.Assistant("b")]),
            new ChatExample([ChatMessage.User("a<|im_end|>"), ChatMessage.Assistant("b")])]);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(Job("a.gguf", epochs: 1)).Run(null, default));
        Assert.StartsWith($"{_dataset}: conversation 2: message 1: content: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("found <|im_end|>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsThatTheLastUpdateMadeInfiniteAreRefused()
    {
        var start = TinyAdapter.Write(
            _folder.File("start.gguf"), _model, new TinyAdapterOptions { Rank = 4, Reach = 2, Targets = ["attn_q"] });
        var job = Job("a.gguf", epochs: 1);
        // One step whose decay, 1 - 1e19 * 3e19, takes every number above 1.2 out of float's range.
        var options = job.Options with { Targets = ["q"], BatchTokens = 1 << 16, LearningRate = 1e19, WeightDecay = 3e19, WarmUp = 0 };
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job with { StartAdapter = start, Options = options }).Run(null, default));
        Assert.Equal($"{_dataset}: step 1: expected finite weights, found NaN or infinity; lower the learning rate", error.Message);
        Assert.False(File.Exists(job.Output));
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
