using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Bench.Models;

/// <summary>Writes a model of a given shape whose weights are noise: as fast and as large as a real one, and as good as none.</summary>
public static class SyntheticModel
{
    private const int ContextLength = 32_768;

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
        var (queries, keys) = (shape.Heads * shape.HeadLength, shape.KeyValueHeads * shape.HeadLength);
        var tensors = new List<TensorSource> { Matrix("token_embd.weight", shape.Embedding, shape.Vocabulary), Ones("output_norm.weight", shape.Embedding) };
        if (!shape.TiedOutput) tensors.Add(Matrix("output.weight", shape.Embedding, shape.Vocabulary));
        for (var block = 0; block < shape.Blocks; block++)
        {
            var prefix = $"blk.{block}.";
            tensors.Add(Ones(prefix + "attn_norm.weight", shape.Embedding));
            tensors.Add(Matrix(prefix + "attn_q.weight", shape.Embedding, queries));
            tensors.Add(Matrix(prefix + "attn_k.weight", shape.Embedding, keys));
            tensors.Add(Matrix(prefix + "attn_v.weight", shape.Embedding, keys, block));
            tensors.Add(Matrix(prefix + "attn_output.weight", queries, shape.Embedding));
            tensors.Add(Ones(prefix + "ffn_norm.weight", shape.Embedding));
            tensors.Add(Matrix(prefix + "ffn_gate.weight", shape.Embedding, shape.FeedForward));
            tensors.Add(Matrix(prefix + "ffn_up.weight", shape.Embedding, shape.FeedForward));
            tensors.Add(Matrix(prefix + "ffn_down.weight", shape.FeedForward, shape.Embedding, block));
            if (shape.Architecture == "qwen2")
                tensors.AddRange([Ones(prefix + "attn_q.bias", queries), Ones(prefix + "attn_k.bias", keys), Ones(prefix + "attn_v.bias", keys)]);
            if (shape.Architecture == "qwen3")
                tensors.AddRange([Ones(prefix + "attn_q_norm.weight", shape.HeadLength), Ones(prefix + "attn_k_norm.weight", shape.HeadLength)]);
        }
        GgufWriter.Write(path, Metadata(shape, quantization), tensors);

        TensorSource Matrix(string name, int inputs, int outputs, int important = -1)
        {
            var type = TypeOf(quantization, name, important, shape.Blocks);
            if (inputs % TensorTypes.BlockSize(type) != 0)
                throw new InputException("--quant", null, $"a type whose blocks fill rows of {inputs} ({shape.Name})", quantization);
            if (TensorTypes.RowBytes(type, inputs) * outputs > Array.MaxLength)
                throw new InputException("--quant", null, $"a type in which {name} of {shape.Name} takes at most {Array.MaxLength} bytes", quantization);
            return new TensorSource(name, type, [inputs, outputs], () => Noise(type, inputs, outputs, ReachOf(name, inputs)));
        }
    }

    /// <summary>llama.cpp's Q4_K_M gives Q6_K to the output, and to values and down in half of the blocks.</summary>
    private static TensorType TypeOf(string quantization, string name, int important, int blocks)
    {
        if (quantization != "q4_k_m") return TensorTypes.TryParse(quantization, out var type) ? type : throw new ArgumentException(quantization);
        if (name is "output.weight" or "token_embd.weight") return TensorType.Q6_K;
        var eighth = blocks / 8;
        var isImportant = important >= 0 && (important < eighth || important >= 7 * eighth || (important - eighth) % 3 == 2);
        return isImportant ? TensorType.Q6_K : TensorType.Q4_K;
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

    private static GgufMetadata Metadata(BenchShape shape, string quantization)
    {
        var metadata = new GgufMetadata();
        var architecture = shape.Architecture;
        metadata.Set("general.architecture", architecture);
        metadata.Set("general.name", $"synthetic {shape.Name} {quantization}");
        metadata.Set($"{architecture}.context_length", (uint)ContextLength);
        metadata.Set($"{architecture}.embedding_length", (uint)shape.Embedding);
        metadata.Set($"{architecture}.block_count", (uint)shape.Blocks);
        metadata.Set($"{architecture}.feed_forward_length", (uint)shape.FeedForward);
        metadata.Set($"{architecture}.attention.head_count", (uint)shape.Heads);
        metadata.Set($"{architecture}.attention.head_count_kv", (uint)shape.KeyValueHeads);
        metadata.Set($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f);
        metadata.Set($"{architecture}.attention.key_length", (uint)shape.HeadLength);
        metadata.Set($"{architecture}.attention.value_length", (uint)shape.HeadLength);
        metadata.Set($"{architecture}.rope.dimension_count", (uint)shape.HeadLength);
        metadata.Set($"{architecture}.vocab_size", (uint)shape.Vocabulary);
        SyntheticVocabulary.Describe(metadata, shape.Vocabulary);
        return metadata;
    }
}
