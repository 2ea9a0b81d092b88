using MultiagentFT.Contracts.Training;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>Blocks that are computed again, from weights that stay in the file, give the loss and the gradients of those that keep everything.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CheckpointTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama", TensorType.Q4_0, true, 0)]
    [InlineData("llama", TensorType.Q8_0, false, 0)]
    [InlineData("qwen2", TensorType.Q5_1, false, 0)]
    [InlineData("qwen3", TensorType.BF16, true, 0)]
    [InlineData("phi3", TensorType.Q4_0, true, 0)]
    [InlineData("llama", TensorType.F32, false, 0.3)]
    public void LossAndGradientsAreThoseOfKeptActivations(string architecture, TensorType type, bool bfloat16, double dropout)
    {
        using var file = ModelFile.Open(TinyModel.Write(
            _folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture, TensorType = type, Blocks = 3, TiedOutput = bfloat16 }));
        var expected = Run(file, bfloat16, dropout, storesMatrices: false, recomputes: false, keptBlocks: 0, fuses: false);
        foreach (var (stores, kept, fuses) in from stores in (bool[])[false, true] from kept in (int[])[0, 1, 3] from fuses in (bool[])[false, true] select (stores, kept, fuses))
        {
            var actual = Run(file, bfloat16, dropout, stores, recomputes: true, kept, fuses);
            // libtorch multiplies a little differently where it keeps nothing, and sums of gradients come in another order.
            var tolerance = bfloat16 ? 0.03 : 1e-5;
            Assert.Equal(expected.NextDraw, actual.NextDraw);
            Assert.InRange(actual.Loss / expected.Loss, 1 - tolerance, 1 + tolerance);
            // Where both round, but not at the same places, what is right is the float32 run; see below.
            if (fuses && bfloat16) continue;
            foreach (var (name, gradient) in expected.Gradients)
            {
                var distance = Distance(gradient, actual.Gradients[name]);
                Assert.True(distance <= tolerance, $"{name}: relative distance {distance}, allowed {tolerance}");
            }
        }
    }

    /// <summary>The path of a GPU, on the CPU: the file's bits there, dequantized there, and autograd through blocks that are computed again.</summary>
    [Theory]
    [InlineData("llama", TensorType.Q8_0, true)]
    [InlineData("qwen2", TensorType.Q5_1, false)]
    [InlineData("phi3", TensorType.Q4_0, true)]
    public void MatricesThatADeviceDequantizesGiveTheSame(string architecture, TensorType type, bool tied)
    {
        using var file = ModelFile.Open(TinyModel.Write(
            _folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture, TensorType = type, Blocks = 3, TiedOutput = tied }));
        var expected = Run(file, bfloat16: true, 0, storesMatrices: true, recomputes: true, keptBlocks: 0, fuses: false);
        var actual = Run(file, bfloat16: true, 0, storesMatrices: true, recomputes: true, keptBlocks: 0, fuses: false, dequantizesThere: true);
        Assert.Equal(expected.Loss, actual.Loss);
        foreach (var (name, gradient) in expected.Gradients) Assert.Equal(gradient, actual.Gradients[name]);
    }

    /// <summary>Hand-written gradients in bfloat16 are no farther from those in float32 than autograd's in bfloat16 are.</summary>
    [Theory]
    [InlineData("llama", TensorType.Q4_0)]
    [InlineData("qwen2", TensorType.Q8_0)]
    [InlineData("phi3", TensorType.Q4_0)]
    public void FusedBlocksRoundNoMoreThanAutograd(string architecture, TensorType type)
    {
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture, TensorType = type, Blocks = 3 }));
        var exact = Run(file, bfloat16: false, 0, storesMatrices: false, recomputes: false, keptBlocks: 0, fuses: false);
        var autograd = Run(file, bfloat16: true, 0, storesMatrices: false, recomputes: false, keptBlocks: 0, fuses: false);
        foreach (var kept in (int[])[0, 2])
        {
            var fused = Run(file, bfloat16: true, 0, storesMatrices: true, recomputes: true, kept, fuses: true);
            var (ours, theirs) = (Distances(fused), Distances(autograd));
            Assert.True(ours.Average() <= 1.05 * theirs.Average(), $"mean relative distance {ours.Average()}, autograd's {theirs.Average()}");
            Assert.True(ours.Max() <= 1.25 * theirs.Max(), $"largest relative distance {ours.Max()}, autograd's {theirs.Max()}");
        }

        double[] Distances((float Loss, float NextDraw, Dictionary<string, float[]> Gradients) run) =>
            [.. exact.Gradients.Select(gradient => Distance(gradient.Value, run.Gradients[gradient.Key]))];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ForgottenPassesAddNothing(int keptBlocks)
    {
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf")));
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU, storesMatrices: true);
        using var model = new DecoderModel(weights, 32, bfloat16: false, recomputes: true, keptBlocks);
        using var lora = Attach(file, model, new TrainingOptions { BFloat16 = false }, _folder);
        using var scope = NewDisposeScope();
        var (tokens, positions, targets) = Batch().ToTensors(CPU);
        model.Loss(tokens, positions, targets).backward();
        model.Forget();
        model.Backward();
        Assert.All(lora.Parameters, parameter => Assert.Null(parameter.grad));
    }

    /// <summary>Rows of one batch, padded to the longest, and the same rows one at a time.</summary>
    [Fact]
    public void RowsTogetherGiveTheGradientsOfRowsAlone()
    {
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf")));
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU);
        using var model = new DecoderModel(weights, 32, bfloat16: false);
        using var lora = Attach(file, model, new TrainingOptions { BFloat16 = false }, _folder);
        using var scope = NewDisposeScope();
        TokenizedExample[] examples = [Example(1, 20), Example(2, 13), Example(3, 7)];
        Learn(new TrainingBatch(examples), 1);
        var together = Gradients(lora);
        foreach (var parameter in lora.Parameters) parameter.grad!.zero_();
        foreach (var example in examples) Learn(new TrainingBatch([example]), (double)example.TargetTokens / examples.Sum(one => one.TargetTokens));
        foreach (var (name, alone) in Gradients(lora))
        {
            var size = together[name].Max(Math.Abs);
            Assert.All(together[name].Zip(alone), pair => Assert.InRange(pair.First - pair.Second, -1e-4f * size, 1e-4f * size));
        }

        void Learn(TrainingBatch batch, double share)
        {
            var (tokens, positions, targets) = batch.ToTensors(CPU);
            (model.Loss(tokens, positions, targets) * share).backward();
            model.Backward();
        }
    }

    private (float Loss, float NextDraw, Dictionary<string, float[]> Gradients) Run(ModelFile file, bool bfloat16, double dropout, bool storesMatrices, bool recomputes, int keptBlocks, bool fuses, bool dequantizesThere = false)
    {
        var options = new TrainingOptions { BFloat16 = bfloat16, Dropout = (float)dropout };
        using var weights = ModelLoader.Load(file, bfloat16, CPU, storesMatrices, dequantizesThere);
        Assert.Equal(storesMatrices, weights.AreStored);
        using var model = new DecoderModel(weights, 32, bfloat16, recomputes, keptBlocks, fuses: fuses);
        using var lora = Attach(file, model, options, _folder);
        using var scope = NewDisposeScope();
        random.manual_seed(11);
        var (tokens, positions, targets) = Batch().ToTensors(CPU);
        // Two passes of one loss, as objectives that compare sequences have them.
        var loss = model.Loss(tokens, positions, targets) + model.LogProbabilities(tokens.flip(1), positions, targets).square().mean();
        loss.backward();
        model.Backward();
        // What comes next draws the same numbers.
        return (loss.ToSingle(), rand(1).ToSingle(), Gradients(lora));
    }

    private static double Distance(float[] expected, float[] actual) => Norm(expected.Zip(actual, (left, right) => left - right)) / Norm(expected);

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static TrainingBatch Batch() => new([Example(1, 20), Example(2, 13)]);

    private static Dictionary<string, float[]> Gradients(LoraWeights lora) => lora.Pairs
        .SelectMany(pair => (KeyValuePair<string, float[]>[])
            [new(pair.BaseTensor + "/a", pair.A.grad!.data<float>().ToArray()), new(pair.BaseTensor + "/b", pair.B.grad!.data<float>().ToArray())])
        .ToDictionary();

    private static LoraWeights Attach(ModelFile file, DecoderModel model, TrainingOptions options, TemporaryFolder folder)
    {
        using var adapter = AdapterFile.Open(TinyAdapter.Write(folder.File("adapter.gguf"), file.File.Path));
        options = options with { Rank = adapter.Pairs[0].Rank, Alpha = adapter.Alpha };
        var lora = LoraWeights.Load(adapter, file.Shape, options, CPU);
        lora.Attach(model, options);
        return lora;
    }

    private static TokenizedExample Example(int seed, int length) =>
        new([.. Enumerable.Range(0, length).Select(i => ((i * 37) + (seed * 101)) % 250)], [.. Enumerable.Range(0, length).Select(i => i > length / 2)]);
}
