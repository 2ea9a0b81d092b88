using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>How fast the pairs of a head turn with the position (arXiv 2104.09864), stretched as the model says (<see cref="RopeScaling"/>).</summary>
public sealed class RotaryFrequencies
{
    private readonly ModelShape _shape;
    private readonly RopeScaling _scaling;
    private readonly Dictionary<string, float[]> _divisors = new(StringComparer.Ordinal);

    /// <summary>Those of a model without scaling.</summary>
    public RotaryFrequencies(ModelShape shape) => (_shape, _scaling) = (shape, RopeScaling.None);

    /// <summary>Those of a model file, whose divisors are read now.</summary>
    /// <exception cref="InputException">A setting or a divisor is out of range.</exception>
    public RotaryFrequencies(ModelFile model)
    {
        (_shape, _scaling) = (model.Shape, RopeScaling.Of(model));
        foreach (var name in RopeScaling.FactorNames)
        {
            if (!model.File.TryGetTensor(name, out var tensor)) continue;
            if (!FloatTensors.IsRead(tensor.Type)) throw new InputException(model.File.Path, name, "type f32", TensorTypes.Name(tensor.Type));
            _divisors.Add(name, RopeScaling.CheckFactors(model.File, tensor, FloatTensors.Read(model.File, tensor)));
        }
    }

    /// <summary>What rotated queries and keys are multiplied by.</summary>
    public float Magnitude => _scaling.Magnitude;

    /// <summary>[rope dimensions / 2], in radians a position.</summary>
    /// <param name="contextLength">Tokens that a sequence may have; models may rotate otherwise in long ones.</param>
    public double[] Of(int contextLength)
    {
        var divisors = _scaling.FactorNamesFor(contextLength).Select(name => _divisors.GetValueOrDefault(name)).FirstOrDefault(found => found is not null);
        var frequencies = new double[_shape.RopeDimensions / 2];
        for (var i = 0; i < frequencies.Length; i++)
            frequencies[i] = Math.Pow(_shape.RopeBase, -2.0 * i / _shape.RopeDimensions) / (divisors is null ? 1 : divisors[i]) / _scaling.Factor;
        return frequencies;
    }
}
