using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// y = x·Wᵀ (+ bias) (+ scale · dropout(x)·Aᵀ·Bᵀ). W is [outputs, inputs], A [rank, inputs], B [outputs, rank].
/// With <c>bfloat16</c> the products run in that type.
/// </summary>
public sealed class Linear(Tensor weight, Tensor? bias, bool bfloat16)
{
    public Tensor Weight { get; } = weight;

    /// <summary>[outputs] float32; null for none.</summary>
    public Tensor? Bias { get; } = bias;

    /// <summary>The trained low-rank pair, when this layer has one.</summary>
    public (Tensor A, Tensor B, float Scale, double Dropout)? Adapter { get; set; }

    /// <param name="x">[..., inputs].</param>
    /// <returns>[..., outputs] in the type of the products; float32 where a bias is added.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var input = Cast(x);
        var y = nn.functional.linear(input, Cast(Weight));
        if (Adapter is { } adapter)
        {
            var dropped = adapter.Dropout > 0 ? nn.functional.dropout(input, adapter.Dropout, training: true) : input;
            var low = nn.functional.linear(dropped, Cast(adapter.A));
            // In place: no product's gradient needs its result.
            y.add_(nn.functional.linear(low, Cast(adapter.B)), alpha: adapter.Scale);
        }
        return (Bias is null ? y : y + Bias).MoveToOuterDisposeScope();
    }

    /// <summary>In the type of the products; the same tensor if it is that already.</summary>
    internal Tensor Cast(Tensor x) => bfloat16 && x.dtype != ScalarType.BFloat16 ? x.to(ScalarType.BFloat16) : x;
}
