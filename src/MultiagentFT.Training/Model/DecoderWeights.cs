using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>The weights of a decoder by their GGUF names: tensors, which it owns, and matrices that stay in their file; both [outputs, inputs].</summary>
public sealed class DecoderWeights(
    ModelShape shape,
    IReadOnlyDictionary<string, Tensor> tensors,
    RotaryFrequencies? frequencies = null,
    IReadOnlyDictionary<string, StoredMatrix>? stored = null) : IDisposable
{
    public ModelShape Shape { get; } = shape;

    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = tensors;

    /// <summary>Matrices that are dequantized when they are needed; either all of a model's or none.</summary>
    public IReadOnlyDictionary<string, StoredMatrix> Stored { get; } = stored ?? new Dictionary<string, StoredMatrix>();

    public bool AreStored => Stored.Count > 0;

    /// <summary>Where stored matrices are dequantized: null by ggml on the CPU, else on the device of the tensors, by libtorch. Owned.</summary>
    internal TensorDequantizer? Dequantizer { get; init; }

    /// <summary>Where the tensors live.</summary>
    public Device Device => this["output_norm.weight"].device;

    /// <summary>How fast positions turn queries and keys.</summary>
    public RotaryFrequencies Frequencies { get; } = frequencies ?? new RotaryFrequencies(shape);

    public Tensor this[string name] => Tensors[name];

    public Tensor? Find(string name) => Tensors.GetValueOrDefault(name);

    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
        foreach (var matrix in Stored.Values) matrix.Dispose();
        Dequantizer?.Dispose();
    }
}
