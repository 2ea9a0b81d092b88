using MultiagentFT.Decoder.Shared;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Norms and biases of a model as float32, in native memory.</summary>
internal sealed unsafe class Constants(GgufFile file) : IDisposable
{
    private readonly List<NativeBlock> _blocks = [];

    /// <summary>The values of one or more vectors, one after the other; null when none of them exists.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">Some exist and some do not.</exception>
    public float* Vector(params string[] names)
    {
        if (!Array.Exists(names, name => file.TryGetTensor(name, out _))) return null;
        return Copy([.. names.Select(file.RequireTensor).SelectMany(tensor => TensorCodec.Dequantize(tensor.Type, file.Read(tensor), tensor.Elements))]);
    }

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
}
