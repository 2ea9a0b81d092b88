using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>The rotations of a model's positions.</summary>
/// <exception cref="InputException">A setting or a divisor of frequencies is out of range.</exception>
internal sealed class RotaryTable(ModelFile model)
{
    private readonly RotaryFrequencies _frequencies = new(model);

    /// <summary>Fills [positions, rope dimensions / 2, (cos, sin)] from position 0 on.</summary>
    /// <param name="table">Filled.</param>
    /// <param name="positions">1 or more.</param>
    /// <param name="contextLength">Tokens that a slot of the context has; models may rotate otherwise in long ones.</param>
    public void Fill(Span<float> table, int positions, int contextLength)
    {
        var frequencies = _frequencies.Of(contextLength);
        for (var position = 0; position < positions; position++)
        {
            for (var i = 0; i < frequencies.Length; i++)
            {
                var (sine, cosine) = Math.SinCos(position * frequencies[i]);
                var at = ((position * frequencies.Length) + i) * 2;
                table[at] = (float)(cosine * _frequencies.Magnitude);
                table[at + 1] = (float)(sine * _frequencies.Magnitude);
            }
        }
    }
}
