using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>The written-out attention is the fast path for short sequences; libtorch's fused kernel is its twin.</summary>
public sealed class AttentionTests
{
    [Fact]
    public void PlainEqualsFusedForwardAndBackward()
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, 3).Select(_ => randn(2, 3, 17, 8)).ToArray();
        var (output, gradients) = Run(Attention.Plain, values);
        var (expected, expectedGradients) = Run(Attention.Fused, values);
        Assert.True((output - expected).abs().max().ToSingle() < 1e-5);
        foreach (var (gradient, twin) in gradients.Zip(expectedGradients)) Assert.True((gradient - twin).abs().max().ToSingle() < 1e-4);
    }

    private static (Tensor Output, Tensor[] Gradients) Run(Func<Tensor, Tensor, Tensor, Tensor> attention, Tensor[] values)
    {
        var inputs = values.Select(value => value.clone().requires_grad_()).ToArray();
        var output = attention(inputs[0], inputs[1], inputs[2]);
        (output * output).sum().backward();
        return (output.detach(), [.. inputs.Select(input => input.grad!)]);
    }
}
