using System.Globalization;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Bench.Models;

/// <summary>Writes a model of a given shape whose weights are noise: as fast and as large as a real one, and as good as none.</summary>
public static class SyntheticModel
{
    /// <summary>Distinct rows of a matrix; the others repeat them. Speed does not depend on values.</summary>
    private const int DistinctRows = 32;

    /// <summary>
    /// Widens the output matrix. Of flat logits top-p would keep nearly the whole vocabulary, which no trained model makes a
    /// sampler do; of these it keeps the tokens of a few distinct rows.
    /// </summary>
    private const double LogitReach = 8;

    /// <summary>Types of weights that can be asked for; the last is llama.cpp's mixture of Q4_K and Q6_K.</summary>
    public static IReadOnlyList<string> Quantizations { get; } = ["q4_0", "q8_0", "q4_k", "q6_k", "f16", "f32", "q4_k_m"];

    /// <param name="path">The file to create.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="quantization">One of <see cref="Quantizations"/>.</param>
    /// <exception cref="InputException">Another quantization, or one whose blocks do not fill this shape's rows.</exception>
    public static void Write(string path, BenchShape shape, string quantization)
    {
        if (!Quantizations.Contains(quantization))
            throw new InputException("--quant", null, string.Join(", ", Quantizations), quantization);
        var sizes = shape.Shape;
        var metadata = new GgufMetadata();
        ModelMetadata.AddTo(metadata, sizes, $"synthetic {shape.Name} {quantization}");
        SyntheticVocabulary.Describe(metadata, sizes.Vocabulary);
        var tensors = ArchitectureCatalog.Find(sizes.Architecture)!.Tensors(sizes);
        GgufWriter.Write(path, metadata, [.. tensors.Select(tensor => tensor.IsMatrix ? Matrix(tensor) : Ones(tensor.Name, (int)tensor.Shape[0]))]);

        TensorSource Matrix(TensorRule tensor)
        {
            var (name, inputs, outputs) = (tensor.Name, (int)tensor.Shape[0], (int)tensor.Shape[1]);
            var type = TypeOf(quantization, name, sizes.Blocks);
            if (inputs % TensorTypes.BlockSize(type) != 0)
                throw new InputException("--quant", null, $"a type whose blocks fill rows of {inputs} ({shape.Name})", quantization);
            if (TensorTypes.RowBytes(type, inputs) * outputs > Array.MaxLength)
                throw new InputException("--quant", null, $"a type in which {name} of {shape.Name} takes at most {Array.MaxLength} bytes", quantization);
            return new TensorSource(name, type, tensor.Shape, () => Noise(type, inputs, outputs, ReachOf(name, inputs)));
        }
    }

    /// <summary>llama.cpp's Q4_K_M gives Q6_K to the output, and to values and down in half of the blocks.</summary>
    private static TensorType TypeOf(string quantization, string name, int blocks)
    {
        if (quantization != "q4_k_m") return TensorTypes.TryParse(quantization, out var type) ? type : throw new ArgumentException(quantization);
        if (name is "output.weight" or "token_embd.weight") return TensorType.Q6_K;
        if (name.Split('.') is not ["blk", var number, "attn_v" or "ffn_down", "weight"]) return TensorType.Q4_K;
        var (block, eighth) = (int.Parse(number, CultureInfo.InvariantCulture), blocks / 8);
        return block < eighth || block >= 7 * eighth || (block - eighth) % 3 == 2 ? TensorType.Q6_K : TensorType.Q4_K;
    }

    /// <summary>How far values lie from 0. The embedding may be the output matrix too; as an input it is normalized at once.</summary>
    private static double ReachOf(string name, int inputs) =>
        (name is "output.weight" or "token_embd.weight" ? LogitReach : 1) / Math.Sqrt(inputs);

    private static ReadOnlyMemory<byte> Noise(TensorType type, int inputs, int outputs, double reach)
    {
        var random = new SplitMix64((ulong)inputs * 31 + (ulong)outputs);
        var rows = Math.Min(DistinctRows, outputs);
        var values = new float[rows * inputs];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(((2 * random.NextDouble()) - 1) * reach);
        var sample = TensorCodec.Quantize(type, values, inputs);
        var data = new byte[TensorTypes.RowBytes(type, inputs) * outputs];
        for (var start = 0; start < data.Length; start += sample.Length)
            sample.AsSpan(0, Math.Min(sample.Length, data.Length - start)).CopyTo(data.AsSpan(start));
        return data;
    }

    private static TensorSource Ones(string name, int length)
    {
        var values = new float[length];
        Array.Fill(values, 1);
        return new TensorSource(name, TensorType.F32, [length], () => TensorCodec.Quantize(TensorType.F32, values, length));
    }
}
