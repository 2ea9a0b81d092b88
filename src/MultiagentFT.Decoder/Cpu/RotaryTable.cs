using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>The rotations of a model's positions (arXiv 2104.09864), stretched as the model says.</summary>
internal sealed class RotaryTable
{
    private readonly ModelShape _shape;
    private readonly RopeScaling _scaling;
    private readonly GgufFile _file;
    private readonly Dictionary<string, float[]> _factors = [];

    /// <exception cref="InputException">A setting or a divisor of frequencies is out of range.</exception>
    public RotaryTable(ModelFile model, ModelShape shape)
    {
        _shape = shape;
        _scaling = RopeScaling.Of(model);
        _file = model.File;
        foreach (var name in RopeScaling.FactorNames)
        {
            if (!_file.TryGetTensor(name, out var tensor)) continue;
            var values = TensorCodec.Dequantize(tensor.Type, _file.Read(tensor), tensor.Elements);
            _factors.Add(name, RopeScaling.CheckFactors(_file, tensor, values));
        }
    }

    /// <summary>Fills [positions, rope dimensions / 2, (cos, sin)] from position 0 on.</summary>
    /// <param name="table">Filled.</param>
    /// <param name="positions">1 or more.</param>
    /// <param name="contextLength">Tokens that a slot of the context has; models may rotate otherwise in long ones.</param>
    public void Fill(Span<float> table, int positions, int contextLength)
    {
        var factors = _scaling.FactorsOf(_file, contextLength) is { } name ? _factors[name] : null;
        var half = _shape.RopeDimensions / 2;
        for (var i = 0; i < half; i++)
        {
            var frequency = Math.Pow(_shape.RopeBase, -2.0 * i / _shape.RopeDimensions) / (factors is null ? 1 : factors[i]) / _scaling.Factor;
            for (var position = 0; position < positions; position++)
            {
                var (sine, cosine) = Math.SinCos(position * frequency);
                table[((position * half) + i) * 2] = (float)(cosine * _scaling.Magnitude);
                table[(((position * half) + i) * 2) + 1] = (float)(sine * _scaling.Magnitude);
            }
        }
    }
}
