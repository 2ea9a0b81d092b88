using MultiagentFT.Contracts.Training;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Lora;

/// <summary>The gradients that train an adapter are those that finite differences of the loss give.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-2;

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void GradientsMatchFiniteDifferences(string architecture)
    {
        TorchLibrary.EnsureLoaded();
        using var folder = new TemporaryFolder();
        using var file = ModelFile.Open(TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture }));
        using var adapter = AdapterFile.Open(TinyAdapter.Write(folder.File("adapter.gguf"), file.File.Path));
        var options = new TrainingOptions { Rank = adapter.Pairs[0].Rank, Alpha = adapter.Alpha, BFloat16 = false };
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU);
        using var model = new DecoderModel(weights, 32, bfloat16: false);
        using var lora = LoraWeights.Load(adapter, weights.Shape, options, CPU);
        lora.Attach(model, options);
        using var scope = NewDisposeScope();
        var batch = new TrainingBatch([Example(1, 20), Example(2, 13)]);
        var (tokens, positions, targets) = batch.ToTensors(CPU);
        model.Loss(tokens, positions, targets).backward();

        foreach (var pair in lora.Pairs)
        {
            foreach (var parameter in (Tensor[])[pair.A, pair.B])
            {
                // Along the gradient itself the derivative is its norm: one number that every element enters.
                var gradient = parameter.grad!;
                var norm = gradient.norm().ToSingle();
                var direction = gradient / norm;
                var measured = (Shifted(parameter, direction * Step) - Shifted(parameter, direction * -Step)) / (2 * Step);
                Assert.True(Math.Abs(measured - norm) <= (0.02 * norm) + 2e-4, $"{pair.BaseTensor}: measured {measured}, computed {norm}");
            }
        }

        double Shifted(Tensor parameter, Tensor shift)
        {
            using var inner = NewDisposeScope();
            using var gradients = no_grad();
            parameter.add_(shift);
            var loss = model.Loss(tokens, positions, targets).ToSingle();
            parameter.sub_(shift);
            return loss;
        }
    }

    private static TokenizedExample Example(int seed, int length) =>
        new([.. Enumerable.Range(0, length).Select(i => ((i * 37) + (seed * 101)) % 250)], [.. Enumerable.Range(0, length).Select(i => i > length / 2)]);
}
