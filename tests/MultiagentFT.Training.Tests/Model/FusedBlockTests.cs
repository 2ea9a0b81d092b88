using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>A block's hand-written gradients are autograd's.</summary>
public sealed class FusedBlockTests : IDisposable
{
    private const int Sequences = 3, Length = 21;
    private readonly TemporaryFolder _folder = new();

    public FusedBlockTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama", false, "all")]
    [InlineData("llama", true, "all")]
    [InlineData("llama", false, "q v")] // pairs in some layers
    [InlineData("llama", false, "gate down")]
    [InlineData("llama", false, "")] // gradients of the input alone
    [InlineData("qwen2", false, "all")] // biases, pairs of dimensions in halves
    [InlineData("qwen2", true, "all")]
    [InlineData("phi3", false, "all")] // joined layers
    [InlineData("phi3", true, "all")]
    public void OutputAndGradientsAreThoseOfAutograd(string architecture, bool bfloat16, string targets)
    {
        using var file = ModelFile.Open(TinyModel.Write(
            _folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture, EmbeddingLength = 96, FeedForwardLength = 112, Heads = 4, KeyValueHeads = 2 }));
        using var weights = ModelLoader.Load(file, bfloat16, CPU);
        using var rope = new Rope(weights.Shape, Length, weights.Frequencies, CPU);
        var block = new DecoderBlock(weights, 1, rope, bfloat16, unpacked: null);
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var pairs = new List<Tensor>();
        foreach (var (name, linear) in block.Linears.Where(layer => IsMeant(layer.Key, targets)))
        {
            var (a, b) = (Small(3, linear.Weight.shape[1]), Small(linear.Weight.shape[0], 3));
            linear.Adapter = (a, b, 1.5f, 0);
            pairs.AddRange([a, b]);
        }
        var (x, slope) = (randn(Sequences, Length, 96), randn(Sequences, Length, 96));

        var leaf = x.clone().requires_grad_();
        var y = block.Forward(leaf);
        autograd.backward(y, slope);
        Tensor[] expected = [y.detach(), leaf.grad!.clone(), .. pairs.Select(pair => pair.grad!.clone())];
        foreach (var pair in pairs) pair.grad = null;

        Assert.True(block.RunsFused(x));
        // Twice: gradients add up.
        for (var time = 1; time <= 2; time++)
        {
            var (fused, trace) = block.RunFused(x, keeps: true);
            var back = slope.clone();
            block.Fused!.Backward(x, back, trace!, toInput: true);
            Tensor[] actual = [fused, back, .. pairs.Select(pair => pair.grad!)];
            for (var i = 0; i < expected.Length; i++) AssertNear(i < 2 ? expected[i] : expected[i] * time, actual[i], bfloat16 ? 0.02 : 2e-6, $"{i}");
        }
        AssertNear(expected[0], block.RunFused(x, keeps: false).Y, bfloat16 ? 0.02 : 2e-6, "without gradients");
    }

    [Fact]
    public void DropoutAndLongSequencesAreAutograds()
    {
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf")));
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU);
        using var rope = new Rope(weights.Shape, Attention.PlainLength + 1, weights.Frequencies, CPU);
        var block = new DecoderBlock(weights, 0, rope, bfloat16: false, unpacked: null);
        using var scope = NewDisposeScope();
        Assert.True(block.RunsFused(zeros(1, Attention.PlainLength, weights.Shape.Embedding)));
        Assert.False(block.RunsFused(zeros(1, Attention.PlainLength + 1, weights.Shape.Embedding)));
        var linear = block.Linears["attn_q"];
        linear.Adapter = (Small(2, linear.Weight.shape[1]), Small(linear.Weight.shape[0], 2), 1, 0.1);
        Assert.False(block.RunsFused(zeros(1, 8, weights.Shape.Embedding)));
    }

    /// <summary>Kernels read addresses: what does not fit is refused before.</summary>
    [Fact]
    public void OtherLayoutsAreRefused()
    {
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf")));
        using var weights = ModelLoader.Load(file, bfloat16: false, CPU);
        using var rope = new Rope(weights.Shape, Length, weights.Frequencies, CPU);
        var fused = new DecoderBlock(weights, 0, rope, bfloat16: false, unpacked: null).Fused!;
        using var scope = NewDisposeScope();
        var width = weights.Shape.Embedding;
        Assert.Throws<ArgumentException>(() => fused.Forward(zeros(1, Length, width + 1), keeps: false));
        Assert.Throws<ArgumentException>(() => fused.Forward(zeros(Length, 1, width).transpose(0, 1).expand(2, Length, width), keeps: false));
        Assert.Throws<ArgumentException>(() => fused.Forward(zeros(1, Length, width).to(ScalarType.BFloat16), keeps: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => fused.Forward(zeros(1, Length + 1, width), keeps: false));
    }

    [Fact]
    public void NaNStaysNaN()
    {
        using var file = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf")));
        using var weights = ModelLoader.Load(file, bfloat16: true, CPU);
        using var rope = new Rope(weights.Shape, Length, weights.Frequencies, CPU);
        var block = new DecoderBlock(weights, 0, rope, bfloat16: true, unpacked: null);
        using var scope = NewDisposeScope();
        var x = zeros(1, Length, weights.Shape.Embedding);
        x[0, 4, 0] = float.NaN;
        var y = block.RunFused(x, keeps: false).Y;
        Assert.True(y[0, 4].isnan().all().item<bool>());
        Assert.True(y[0, Length - 1].isnan().all().item<bool>());
    }

    private static bool IsMeant(string layer, string targets) =>
        targets == "all" || targets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(target => layer.EndsWith("_" + target, StringComparison.Ordinal));

    private static Tensor Small(params long[] shape) => (randn(shape) * 0.1).detach().requires_grad_();

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance, string what)
    {
        var distance = ((expected - actual).norm() / expected.norm()).ToSingle();
        Assert.True(distance <= tolerance, $"{what}: relative distance {distance}, allowed {tolerance}");
    }
}
