using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// y = x·Wᵀ (+ bias) (+ scale · dropout(x)·Aᵀ·Bᵀ). W is [outputs, inputs], A [rank, inputs], B [outputs, rank].
/// With <c>bfloat16</c> the products run in that type and the result returns to float32.
/// </summary>
public sealed class Linear(Tensor weight, Tensor? bias, bool bfloat16)
{
    public Tensor Weight { get; } = weight;

    /// <summary>The trained low-rank pair, when this layer has one.</summary>
    public (Tensor A, Tensor B, float Scale, double Dropout)? Adapter { get; set; }

    /// <param name="x">[rows, inputs] float32.</param>
    /// <returns>[rows, outputs] float32.</returns>
    public Tensor Forward(Tensor x)
    {
        var input = bfloat16 ? x.to(ScalarType.BFloat16) : x;
        var y = nn.functional.linear(input, Cast(Weight));
        if (Adapter is { } adapter)
        {
            var dropped = adapter.Dropout > 0 ? nn.functional.dropout(input, adapter.Dropout, training: true) : input;
            var low = nn.functional.linear(dropped, Cast(adapter.A));
            y = y.add(nn.functional.linear(low, Cast(adapter.B)), alpha: adapter.Scale);
        }
        if (bfloat16) y = y.to(ScalarType.Float32);
        return bias is null ? y : y + bias;
    }

    private Tensor Cast(Tensor weights) =>
        bfloat16 && weights.dtype != ScalarType.BFloat16 ? weights.to(ScalarType.BFloat16) : weights;
}
