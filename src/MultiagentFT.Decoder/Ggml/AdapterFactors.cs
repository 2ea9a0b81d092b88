using System.Numerics.Tensors;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>An adapter file's factors, ready for a device.</summary>
/// <param name="Path">The file.</param>
/// <param name="Pairs">By base tensor.</param>
internal sealed record AdapterFactors(string Path, IReadOnlyDictionary<string, FactorPair> Pairs)
{
    private const int MostRank = 1024;

    /// <summary>Bytes of all factors, without padding.</summary>
    public long Bytes => Pairs.Values.Sum(pair => (long)pair.A.Length + pair.B.Length);

    /// <param name="path">An adapter.</param>
    /// <param name="model">Its base.</param>
    /// <param name="type">F32 or F16.</param>
    /// <exception cref="InputException">The file is not an adapter of this model, or its numbers do not fit the type.</exception>
    public static AdapterFactors Read(string path, ModelFile model, TensorType type)
    {
        using var file = AdapterFile.Open(path);
        file.RequireBase(model);
        return new AdapterFactors(path, file.Pairs.ToDictionary(pair => pair.BaseTensor, pair => Read(file, pair, type)));
    }

    private static FactorPair Read(AdapterFile file, AdapterPair pair, TensorType type)
    {
        var path = file.File.Path;
        if (pair.IsEmbedding)
            throw new InputException(path, pair.BaseTensor, "a matrix that rows are multiplied by (the mixed-adapter decoder; --decoder llama applies others)", "the token embedding");
        if (pair.Rank > MostRank)
            throw new InputException(path, pair.BaseTensor, $"a rank of at most {MostRank} (the mixed-adapter decoder; --decoder llama applies others)", $"{pair.Rank}");
        var a = TensorCodec.Dequantize(pair.A.Type, file.File.Read(pair.A), pair.A.Elements);
        var b = TensorCodec.Dequantize(pair.B.Type, file.File.Read(pair.B), pair.B.Elements);
        var scale = (double)file.Alpha / pair.Rank;
        // Both get the same share of all scales, so that neither is too small or too large for float16.
        var (largestA, largestB) = (Largest(a), Largest(b));
        var share = type == TensorType.F16 ? Math.Sqrt(Math.Abs(scale) * largestA * largestB) : largestA;
        Rescale(a, largestA, share);
        Rescale(b, largestB, share == 0 ? 0 : scale * largestA * largestB / share);
        if (!float.IsFinite(Largest(a)) || !float.IsFinite(Largest(b)) || (type == TensorType.F16 && share > (double)Half.MaxValue))
            throw new InputException(path, pair.BaseTensor, $"factors that fit into {TensorTypes.Name(type)}", $"a product up to {scale * largestA * largestB:g3}");
        return new FactorPair(
            (int)pair.InputLength, (int)pair.OutputLength, pair.Rank,
            TensorCodec.Quantize(type, a, pair.InputLength), TensorCodec.Quantize(type, b, pair.Rank));
    }

    private static float Largest(float[] values) => MathF.Abs(TensorPrimitives.MaxMagnitude<float>(values));

    /// <summary>Multiplies values so that the largest of them becomes another.</summary>
    private static void Rescale(float[] values, double largest, double wanted)
    {
        if (largest == 0 || largest == wanted) return;
        var factor = wanted / largest;
        for (var i = 0; i < values.Length; i++) values[i] = (float)(values[i] * factor);
    }
}
