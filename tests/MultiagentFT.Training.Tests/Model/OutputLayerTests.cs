using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>Log-probabilities in chunks of rows and tiles of the vocabulary are those of all logits at once, and so is their gradient.</summary>
public sealed class OutputLayerTests : IDisposable
{
    private const int Rows = 23;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false, 4 * 272 * 5, 1e-5)] // five rows at a time
    [InlineData(false, true, 4 * 272, 1e-2)] // one row at a time
    [InlineData(true, false, 1 << 20, 1e-5)] // one tile
    [InlineData(true, false, 4 * 100 * Rows, 1e-5)] // some tiles, the last one smaller
    [InlineData(true, true, 4 * 100 * Rows, 1e-2)]
    [InlineData(true, false, 64, 1e-5)] // one output at a time
    public void PartsGiveWhatTheWholeGives(bool stores, bool bfloat16, long logitBytes, double tolerance)
    {
        TorchLibrary.EnsureLoaded();
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q8_0 }));
        using var weights = ModelLoader.Load(file, bfloat16, CPU);
        using var partly = ModelLoader.Load(file, bfloat16, CPU, stores);
        using var whole = new OutputLayer(weights, bfloat16, CPU, 1 << 30);
        using var parts = new OutputLayer(partly, bfloat16, CPU, logitBytes);
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var values = randn(Rows, file.Shape.Embedding);
        var targets = randint(0, file.Shape.Vocabulary, [Rows], dtype: ScalarType.Int64);
        // Different weights, as the objective gives them.
        var shares = randn(Rows);
        Assert.True(whole.IsPlain(Rows));
        Assert.False(parts.IsPlain(Rows));

        var (expected, expectedGradient) = Run(whole);
        var (actual, gradient) = Run(parts);

        AssertClose(expected, actual);
        AssertClose(expectedGradient, gradient);
        using var none = no_grad();
        AssertClose(expected, parts.LogProbabilities(values, targets));
        AssertClose(whole.Logits(values), parts.Logits(values));

        (Tensor Values, Tensor Gradient) Run(OutputLayer layer)
        {
            var hidden = values.clone().requires_grad_();
            var log = layer.LogProbabilities(hidden, targets);
            (log * shares).sum().backward();
            return (log.detach(), hidden.grad!);
        }

        void AssertClose(Tensor left, Tensor right)
        {
            Assert.Equal(left.shape, right.shape);
            var distance = (left - right).norm().ToSingle() / left.norm().ToSingle();
            Assert.True(distance <= tolerance, $"relative distance {distance}, allowed {tolerance}");
        }
    }
}
