using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>Rotary position embedding (arXiv 2104.09864) over all dimensions of a head, in float32.</summary>
public sealed class Rope : IDisposable
{
    private readonly bool _halves;
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    /// <param name="shape">Head length, base and pairing.</param>
    /// <param name="length">Positions 0 to length - 1.</param>
    /// <param name="factors">Divisors of the head length / 2 frequencies (Llama 3's <c>rope_freqs.weight</c>), or null.</param>
    /// <param name="device">Where the tables live.</param>
    public Rope(ModelShape shape, int length, ReadOnlySpan<float> factors, Device device)
    {
        _halves = shape.RotatesHalves;
        var half = shape.HeadLength / 2;
        var cos = new float[length * half];
        var sin = new float[length * half];
        for (var i = 0; i < half; i++)
        {
            var frequency = Math.Pow(shape.RopeBase, -2.0 * i / shape.HeadLength) / (factors.IsEmpty ? 1 : factors[i]);
            for (var position = 0; position < length; position++)
            {
                (var s, var c) = Math.SinCos(position * frequency);
                cos[(position * half) + i] = (float)c;
                sin[(position * half) + i] = (float)s;
            }
        }
        _cos = tensor(cos, [length, 1, half], device: device).DetachFromDisposeScope();
        _sin = tensor(sin, [length, 1, half], device: device).DetachFromDisposeScope();
    }

    /// <param name="x">[batch, length, heads, head length], positions from 0.</param>
    public Tensor Apply(Tensor x)
    {
        var length = x.shape[1];
        var cos = _cos.narrow(0, 0, length);
        var sin = _sin.narrow(0, 0, length);
        if (_halves)
        {
            var parts = x.chunk(2, -1);
            return cat([(parts[0] * cos) - (parts[1] * sin), (parts[1] * cos) + (parts[0] * sin)], -1);
        }
        var pairs = x.unflatten(-1, [x.shape[3] / 2, 2]);
        var even = pairs.select(-1, 0);
        var odd = pairs.select(-1, 1);
        return stack([(even * cos) - (odd * sin), (odd * cos) + (even * sin)], -1).flatten(-2);
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
