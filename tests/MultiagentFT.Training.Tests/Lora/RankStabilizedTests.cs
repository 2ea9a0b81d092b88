using System.Text.Json;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Tests.Model;
using MultiagentFT.Training.Torch;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Lora;

/// <summary>rsLoRA scales by alpha / √rank; what serves its file scales by alpha / rank.</summary>
public sealed class RankStabilizedTests : IDisposable
{
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 53) % 250)];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 2f)]
    [InlineData(true, 4f)]
    public void LibllamaAndTheDecoderServeTheTrainersLogits(bool isRankStabilized, float scale)
    {
        var path = TinyModel.Write(_folder.File("model.gguf"));
        var options = new TrainingOptions { Rank = 4, Alpha = 8, RsLora = isRankStabilized, BFloat16 = false };
        Assert.Equal(scale, options.Scale());
        var saved = _folder.File("adapter.gguf");
        var (expected, byHand) = (Train(path, options, saved), Train(path, options with { Alpha = scale, Rank = 1, RsLora = false }, null, rank: 4));

        using var runtime = CpuRuntime.Open(path);
        AssertClose(expected, LlamaLogits.Of(path, Tokens, saved), 2e-3);
        AssertClose(expected, LlamaLogits.Of(runtime, Tokens, saved), 2e-3);
        // The same factors with the scale given as alpha / 1.
        AssertClose(byHand, expected, 1e-5);
        Assert.True(Distance(expected, LlamaLogits.Of(path, Tokens)) > 0.1, "the adapter changes too little to tell");
        using var file = AdapterFile.Open(saved);
        Assert.Equal(scale * 4, file.Alpha);
    }

    [Fact]
    public void TheReportSaysScaleAndServedAlphaAndAnotherScaleContinuesTheSameFunction()
    {
        var dataset = _folder.File("dataset.jsonl");
        DatasetFile.Write(dataset, [.. Enumerable.Range(0, 24).Select(i => new ChatExample([ChatMessage.User($"What is {i}?"), ChatMessage.Assistant($"It is {i % 3}.")]))]);
        var first = new TrainingJob
        {
            Model = TinyModel.Write(_folder.File("model.gguf")),
            Dataset = dataset,
            Output = _folder.File("a.gguf"),
            Seed = 5,
            Options = new TrainingOptions { Rank = 4, Alpha = 4, RsLora = true, Epochs = 12, LearningRate = 1e-2, BatchTokens = 256, Threads = 1 },
        };
        var report = new LoraTrainer(first).Run(null, default);
        Assert.Equal((2f, 8f), (report.Scale, report.ServedAlpha));
        Assert.True(report.LastLoss < 0.7 * report.FirstLoss, $"loss from {report.FirstLoss} to {report.LastLoss}");
        using (var json = JsonDocument.Parse(File.ReadAllText(_folder.File("a.json"))))
            Assert.Equal((2f, 8f), (json.RootElement.GetProperty("scale").GetSingle(), json.RootElement.GetProperty("servedAlpha").GetSingle()));

        var plain = first with
        {
            StartAdapter = first.Output,
            Output = _folder.File("b.gguf"),
            Options = first.Options with { RsLora = false, Alpha = 16, Epochs = 1, LearningRate = 1e-9 },
        };
        _ = new LoraTrainer(plain).Run(null, default);
        AssertClose(LlamaLogits.Of(first.Model, Tokens, first.Output), LlamaLogits.Of(first.Model, Tokens, plain.Output), 1e-4);
    }

    [Fact]
    public void AnAlphaWhoseProductIsNoFloatIsRefused()
    {
        var error = Assert.Single(new TrainingOptions { Rank = 256, Alpha = 1e38f, RsLora = true }.Validate());
        Assert.StartsWith("alpha: expected an alpha whose product with √rank float32 holds, found 1E+38", error, StringComparison.Ordinal);
        Assert.Empty(new TrainingOptions { Rank = 256, Alpha = 1e38f }.Validate());
    }

    /// <summary>The trainer's logits with random factors of <paramref name="rank"/>, which are saved.</summary>
    private static float[][] Train(string path, TrainingOptions options, string? output, int? rank = null)
    {
        TorchLibrary.EnsureLoaded();
        using var file = ModelFile.Open(path);
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU);
        using var decoder = new DecoderModel(weights, Tokens.Length, bfloat16: false);
        random.manual_seed(11);
        using var lora = LoraWeights.Create(file.Shape, options with { Rank = rank ?? options.Rank }, CPU);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var pair in lora.Pairs) pair.B.copy_((rand_like(pair.B) - 0.5) * 0.4);
        lora.Attach(decoder, options);
        if (output is not null) lora.Save(output, file, "saved");
        var logits = decoder.Logits(decoder.Hidden(tensor([.. Tokens.Select(token => (long)token)], [1, Tokens.Length])).flatten(0, 1));
        return [.. logits.data<float>().ToArray().Chunk(weights.Shape.Vocabulary)];
    }

    private static void AssertClose(float[][] expected, float[][] actual, double tolerance)
    {
        var distance = Distance(expected, actual);
        Assert.True(distance <= tolerance, $"relative distance {distance}, allowed {tolerance}");
    }

    private static double Distance(float[][] expected, float[][] actual)
    {
        var pairs = expected.SelectMany(row => row).Zip(actual.SelectMany(row => row)).ToArray();
        return Math.Sqrt(pairs.Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / pairs.Sum(pair => Math.Pow(pair.First, 2)));
    }
}
