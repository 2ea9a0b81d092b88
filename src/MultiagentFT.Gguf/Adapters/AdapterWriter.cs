using System.Runtime.InteropServices;

namespace MultiagentFT.Gguf;

/// <summary>Writes LoRA adapters that this project and llama.cpp load.</summary>
public static class AdapterWriter
{
    /// <summary>Writes F32 factors, atomically, with the keys that tie the adapter to its base.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="baseModel">The model that the factors were trained on.</param>
    /// <param name="alpha">Finite, not 0; the factors' product is scaled by alpha / rank.</param>
    /// <param name="name">Stored as <c>general.name</c>.</param>
    /// <param name="pairs">At least one; written in this order.</param>
    /// <exception cref="ArgumentException">A pair does not fit its base tensor, or a number is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    public static void Write(string path, ModelFile baseModel, float alpha, string name, IReadOnlyList<AdapterPairData> pairs)
    {
        if (!float.IsFinite(alpha) || alpha == 0) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Finite and not 0.");
        if (pairs.Count == 0) throw new ArgumentException("An adapter has at least one pair.", nameof(pairs));
        var metadata = new GgufMetadata(path);
        metadata.Set(AdapterKeys.FileType, "adapter");
        metadata.Set(AdapterKeys.Architecture, baseModel.Architecture);
        metadata.Set(AdapterKeys.Name, name);
        metadata.Set(AdapterKeys.Type, "lora");
        metadata.Set(AdapterKeys.Alpha, alpha);
        metadata.Set(AdapterKeys.BaseFingerprint, baseModel.Fingerprint);
        metadata.Set(AdapterKeys.BaseName, baseModel.Name);
        GgufWriter.Write(path, metadata, [.. pairs.SelectMany(pair => Tensors(baseModel, pair))]);
    }

    private static IEnumerable<TensorSource> Tensors(ModelFile baseModel, AdapterPairData pair)
    {
        if (!baseModel.File.TryGetTensor(pair.BaseTensor, out var tensor)
            || tensor.Shape.Count != 2
            || pair.BaseTensor == AdapterKeys.Embedding)
            throw new ArgumentException($"{pair.BaseTensor} is not a linear layer of {baseModel.File.Path}.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pair.Rank);
        var (inputs, outputs) = (tensor.Shape[0], tensor.Shape[1]);
        Check(pair.BaseTensor + AdapterKeys.SuffixA, pair.A, pair.Rank * inputs);
        Check(pair.BaseTensor + AdapterKeys.SuffixB, pair.B, outputs * pair.Rank);
        // Row-major [rank][in] and [out][rank] are ggml's [in, rank] and [rank, out].
        yield return Source(pair.BaseTensor + AdapterKeys.SuffixA, [inputs, pair.Rank], pair.A);
        yield return Source(pair.BaseTensor + AdapterKeys.SuffixB, [pair.Rank, outputs], pair.B);
    }

    private static void Check(string name, float[] values, long expected)
    {
        if (values.Length != expected) throw new ArgumentException($"{name} has {expected} numbers, not {values.Length}.");
        var index = Array.FindIndex(values, value => !float.IsFinite(value));
        if (index >= 0) throw new ArgumentException($"{name}[{index}] is {values[index]}.");
    }

    private static TensorSource Source(string name, long[] shape, float[] values) =>
        new(name, TensorType.F32, shape, () => MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
