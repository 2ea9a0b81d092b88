using MultiagentFT.Decoder.Shared;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Norms and biases of a model as float32, in native memory.</summary>
internal sealed unsafe class Constants(GgufFile file) : IDisposable
{
    private readonly List<NativeBlock> _blocks = [];

    /// <summary>The values of a vector; null when the model has none of this name.</summary>
    public float* Vector(string name) => file.TryGetTensor(name, out var tensor) ? Copy(Values(tensor)) : null;

    /// <summary>The values of some vectors, one after the other, with zeros for those that do not exist; null when none of them does.</summary>
    public float* Biases(params (string Name, int Length)[] parts) => Array.Exists(parts, part => file.TryGetTensor(part.Name, out _))
        ? Copy([.. parts.SelectMany(part => file.TryGetTensor(part.Name, out var tensor) ? Values(tensor) : new float[part.Length])])
        : null;

    public float* Copy(ReadOnlySpan<float> values)
    {
        var block = new NativeBlock((long)values.Length * sizeof(float));
        _blocks.Add(block);
        values.CopyTo(new Span<float>(block.Start, values.Length));
        return (float*)block.Start;
    }

    public void Dispose()
    {
        foreach (var block in _blocks) block.Dispose();
    }

    private float[] Values(TensorInfo tensor) => TensorCodec.Dequantize(tensor.Type, file.Read(tensor), tensor.Elements);
}
