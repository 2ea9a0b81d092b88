using System.Runtime.InteropServices;
namespace MultiagentFT.Gguf.Tests.Samples;

/// <summary>An adapter as another program writes it: one pair of zeros of rank 2, without this project's own keys.</summary>
public sealed class TinyAdapter
{
    public TinyAdapter(string baseTensor = "blk.0.attn_q.weight", int inputs = 32, int outputs = 32)
    {
        Metadata.Set("general.type", "adapter");
        Metadata.Set("general.architecture", "llama");
        Metadata.Set("adapter.type", "lora");
        Metadata.Set("adapter.lora.alpha", 16f);
        Tensors.Add(Zeros(baseTensor + ".lora_a", TensorType.F32, inputs, 2));
        Tensors.Add(Zeros(baseTensor + ".lora_b", TensorType.F32, 2, outputs));
    }

    public GgufMetadata Metadata { get; } = new();

    public List<TensorSource> Tensors { get; } = [];

    public static TensorSource Zeros(string name, TensorType type, params long[] shape)
    {
        var elements = shape.Aggregate(1L, (product, length) => product * length);
        return new TensorSource(name, type, shape, () => new byte[TensorTypes.Bytes(type, elements)]);
    }

    public static TensorSource Filled(string name, float value, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        Array.Fill(values, value);
        return new TensorSource(name, TensorType.F32, shape, () => MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    public TinyAdapter With<T>(string key, T value)
        where T : notnull
    {
        Metadata.Set(key, value);
        return this;
    }

    public TinyAdapter Without(string key)
    {
        Assert.True(Metadata.Remove(key), key);
        return this;
    }

    /// <summary>Replaces the tensor at <paramref name="index"/>, or appends at the end.</summary>
    public TinyAdapter With(int index, TensorSource tensor)
    {
        if (index < Tensors.Count) Tensors.RemoveAt(index);
        Tensors.Insert(index, tensor);
        return this;
    }

    public TinyAdapter Only(params TensorSource[] tensors)
    {
        Tensors.Clear();
        Tensors.AddRange(tensors);
        return this;
    }

    public string Write(string path)
    {
        GgufWriter.Write(path, Metadata, Tensors);
        return path;
    }
}
