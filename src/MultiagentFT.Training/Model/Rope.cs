using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>Rotary position embedding (arXiv 2104.09864) over all dimensions of a head, in float32.</summary>
public sealed class Rope : IDisposable
{
    private readonly bool _halves;

    /// <summary>Unit complex numbers [length, 1, head length / 2]: one rotation for each position and pair.</summary>
    private readonly Tensor _rotations;

    /// <param name="shape">Head length, base and pairing.</param>
    /// <param name="length">Positions 0 to length - 1.</param>
    /// <param name="factors">Divisors of the head length / 2 frequencies (Llama 3's <c>rope_freqs.weight</c>), or empty.</param>
    /// <param name="device">Where the tables live.</param>
    public Rope(ModelShape shape, int length, ReadOnlySpan<float> factors, Device device)
    {
        _halves = shape.RotatesHalves;
        var half = shape.HeadLength / 2;
        var angles = new float[length * half];
        for (var i = 0; i < half; i++)
        {
            var frequency = Math.Pow(shape.RopeBase, -2.0 * i / shape.HeadLength) / (factors.IsEmpty ? 1 : factors[i]);
            for (var position = 0; position < length; position++)
                angles[(position * half) + i] = (float)Math.IEEERemainder(position * frequency, 2 * Math.PI);
        }
        using var scope = NewDisposeScope();
        var angle = tensor(angles, [length, 1, half], device: device);
        _rotations = polar(ones_like(angle), angle).DetachFromDisposeScope();
    }

    /// <param name="x">[batch, length, heads, head length] float32, positions from 0.</param>
    public Tensor Apply(Tensor x)
    {
        var half = x.shape[3] / 2;
        var rotations = _rotations.narrow(0, 0, x.shape[1]);
        // A pair is one complex number; turning it is one product.
        var pairs = _halves ? x.unflatten(3, [2, half]).transpose(3, 4).contiguous() : x.unflatten(3, [half, 2]);
        var turned = view_as_real(view_as_complex(pairs) * rotations);
        return (_halves ? turned.transpose(3, 4) : turned).flatten(3);
    }

    public void Dispose() => _rotations.Dispose();
}
