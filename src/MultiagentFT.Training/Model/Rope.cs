using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>Rotary position embedding (arXiv 2104.09864) over the first dimensions of a head, usually all, in float32.</summary>
public sealed class Rope : IDisposable
{
    private readonly bool _halves;

    private readonly int _rotated;

    /// <summary>Complex numbers [length, 1, rotated dimensions / 2]: one rotation for each position and pair.</summary>
    private readonly Tensor _rotations;

    /// <param name="shape">Rotated dimensions and pairing.</param>
    /// <param name="length">Positions 0 to length - 1; models whose frequencies depend on it are served with contexts of other lengths, on the same side of <see cref="RopeScaling.OriginalContext"/>.</param>
    /// <param name="frequencies">The model's.</param>
    /// <param name="device">Where the tables live.</param>
    public Rope(ModelShape shape, int length, RotaryFrequencies frequencies, Device device)
    {
        (_halves, _rotated) = (shape.RotatesHalves, shape.RopeDimensions);
        var radians = frequencies.Of(length);
        var angles = new float[length * radians.Length];
        for (var position = 0; position < length; position++)
        {
            for (var i = 0; i < radians.Length; i++)
                angles[(position * radians.Length) + i] = (float)Math.IEEERemainder(position * radians[i], 2 * Math.PI);
        }
        using var scope = NewDisposeScope();
        var angle = tensor(angles, [length, 1, radians.Length], device: device);
        _rotations = polar(full_like(angle, frequencies.Magnitude), angle).DetachFromDisposeScope();
        Turns = view_as_real(_rotations).DetachFromDisposeScope();
    }

    /// <summary>Cosine and sine times the magnitude [length, 1, rotated dimensions / 2, 2] float32.</summary>
    internal Tensor Turns { get; }

    /// <param name="x">[batch, length, heads, head length] float32, positions from 0.</param>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        var turned = _rotated < x.shape[3] ? cat([Turn(x.narrow(3, 0, _rotated)), x.narrow(3, _rotated, x.shape[3] - _rotated)], 3) : Turn(x);
        return turned.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Turns.Dispose();
        _rotations.Dispose();
    }

    private Tensor Turn(Tensor x)
    {
        var half = _rotated / 2;
        var rotations = _rotations.narrow(0, 0, x.shape[1]);
        // A pair is one complex number; turning it is one product.
        var pairs = _halves ? x.unflatten(3, [2, half]).transpose(3, 4).contiguous() : x.unflatten(3, [half, 2]);
        var turned = view_as_real(view_as_complex(pairs) * rotations);
        return (_halves ? turned.transpose(3, 4) : turned).flatten(3);
    }
}
