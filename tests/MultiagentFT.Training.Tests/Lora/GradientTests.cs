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

    /// <summary>In a random direction every element moves little and the loss changes little: a longer step measures it better.</summary>
    private const double WideStep = 5e-2;

    private const int RandomDirections = 4;

    /// <param name="architecture">Of the model.</param>
    /// <param name="storesMatrices">Whether blocks are computed again from weights in the file, and logits in parts.</param>
    [Theory]
    [InlineData("llama", false)]
    [InlineData("qwen3", false)]
    [InlineData("llama", true)]
    [InlineData("qwen2", true)]
    [InlineData("phi3", true)]
    public void GradientsMatchFiniteDifferences(string architecture, bool storesMatrices)
    {
        TorchLibrary.EnsureLoaded();
        using var folder = new TemporaryFolder();
        using var file = ModelFile.Open(TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture }));
        using var adapter = AdapterFile.Open(TinyAdapter.Write(folder.File("adapter.gguf"), file.File.Path));
        var options = new TrainingOptions { Rank = adapter.Pairs[0].Rank, Alpha = adapter.Alpha, BFloat16 = false };
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU, storesMatrices);
        using var model = new DecoderModel(weights, 32, bfloat16: false, logitBytes: storesMatrices ? 1 << 12 : DecoderModel.DefaultLogitBytes);
        using var lora = LoraWeights.Load(adapter, weights.Shape, options, CPU);
        lora.Attach(model, options);
        using var scope = NewDisposeScope();
        var batch = new TrainingBatch([Example(1, 20), Example(2, 13)]);
        var (tokens, positions, targets) = batch.ToTensors(CPU);
        model.Loss(tokens, positions, targets).backward();
        model.Backward();
        random.manual_seed(1);

        foreach (var pair in lora.Pairs)
        {
            foreach (var parameter in (Tensor[])[pair.A, pair.B])
            {
                // Along the gradient itself the derivative is its norm: the largest there is, so the most exact to measure.
                var gradient = parameter.grad!;
                var norm = gradient.norm().ToSingle();
                Check(pair.BaseTensor, parameter, gradient / norm, norm, Step, 0.02 * norm);
                // Elements that the computed gradient lacks do not show along it, but in directions that it did not choose.
                var share = norm / Math.Sqrt(parameter.NumberOfElements);
                for (var i = 0; i < RandomDirections; i++)
                {
                    var direction = randn_like(parameter).detach();
                    direction /= direction.norm();
                    Check(pair.BaseTensor, parameter, direction, (gradient * direction).sum().ToSingle(), WideStep, 0.1 * share);
                }
            }
        }

        void Check(string name, Tensor parameter, Tensor direction, double computed, double step, double tolerance)
        {
            var measured = (Shifted(parameter, direction * step) - Shifted(parameter, direction * -step)) / (2 * step);
            Assert.True(Math.Abs(measured - computed) <= tolerance + (2e-6 / step), $"{name}: measured {measured}, computed {computed}");
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
