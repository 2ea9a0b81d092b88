using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>The tensors of a decoder by their GGUF names; matrices are [outputs, inputs]. Owns them.</summary>
public sealed class DecoderWeights(ModelShape shape, IReadOnlyDictionary<string, Tensor> tensors, float[]? ropeFactors = null) : IDisposable
{
    public ModelShape Shape { get; } = shape;

    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = tensors;

    /// <summary>Divisors of the rotary frequencies, if the file has them.</summary>
    public float[]? RopeFactors { get; } = ropeFactors;

    public Tensor this[string name] => Tensors[name];

    public Tensor? Find(string name) => Tensors.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
    }
}
