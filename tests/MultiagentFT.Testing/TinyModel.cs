using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Testing;

/// <summary>
/// Writes small GGUF models with random weights, for tests of values: no download, a few hundred kilobytes, the same bytes
/// for the same options.
/// </summary>
public static class TinyModel
{
    /// <summary>The ChatML template in the form that llama.cpp recognises.</summary>
    public const string ChatMl =
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, TinyModelOptions? options = null)
    {
        options ??= new TinyModelOptions();
        GgufWriter.Write(path, Metadata(options), Tensors(options));
        return path;
    }

    private static GgufMetadata Metadata(TinyModelOptions options)
    {
        var architecture = options.Architecture;
        var metadata = new GgufMetadata();
        metadata.Set("general.architecture", architecture);
        // llama.cpp looks for Phi-3's own tokens in whatever has its name.
        metadata.Set("general.name", architecture == "phi3" ? "tiny fused" : $"tiny {architecture}");
        metadata.Set($"{architecture}.context_length", (uint)options.ContextLength);
        metadata.Set($"{architecture}.embedding_length", (uint)options.EmbeddingLength);
        metadata.Set($"{architecture}.block_count", (uint)options.Blocks);
        metadata.Set($"{architecture}.feed_forward_length", (uint)options.FeedForwardLength);
        metadata.Set($"{architecture}.attention.head_count", (uint)options.Heads);
        metadata.Set($"{architecture}.attention.head_count_kv", (uint)options.KeyValueHeads);
        metadata.Set($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f);
        metadata.Set($"{architecture}.attention.key_length", (uint)options.HeadLength);
        metadata.Set($"{architecture}.attention.value_length", (uint)options.HeadLength);
        metadata.Set($"{architecture}.rope.dimension_count", (uint)options.HeadLength);
        metadata.Set($"{architecture}.rope.freq_base", 10000f);
        metadata.Set($"{architecture}.vocab_size", (uint)TinyVocabulary.Size);
        if (options.RopeScaling is { } scaling) metadata.Set($"{architecture}.rope.scaling.type", scaling);
        TinyVocabulary.Describe(metadata, options.TurnEnd);
        if (options.ChatTemplate is { } template) metadata.Set("tokenizer.chat_template", template);
        return metadata;
    }

    private static List<TensorSource> Tensors(TinyModelOptions options)
    {
        var embedding = options.EmbeddingLength;
        var queries = options.Heads * options.HeadLength;
        var keys = options.KeyValueHeads * options.HeadLength;
        List<TensorSource> tensors =
        [
            Matrix("token_embd.weight", embedding, TinyVocabulary.Size, scale: 1),
            Norm("output_norm.weight", embedding),
        ];
        if (!options.TiedOutput) tensors.Add(Matrix("output.weight", embedding, TinyVocabulary.Size));
        for (var block = 0; block < options.Blocks; block++)
        {
            var prefix = $"blk.{block}.";
            tensors.Add(Norm(prefix + "attn_norm.weight", embedding));
            // Phi-3 has its queries, keys and values in one matrix, and so its gate and up.
            var isFused = options.Architecture == "phi3";
            if (isFused)
            {
                tensors.Add(Matrix(prefix + "attn_qkv.weight", embedding, queries + (2 * keys)));
            }
            else
            {
                tensors.Add(Matrix(prefix + "attn_q.weight", embedding, queries));
                tensors.Add(Matrix(prefix + "attn_k.weight", embedding, keys));
                tensors.Add(Matrix(prefix + "attn_v.weight", embedding, keys));
            }
            tensors.Add(Matrix(prefix + "attn_output.weight", queries, embedding));
            tensors.Add(Norm(prefix + "ffn_norm.weight", embedding));
            if (!isFused) tensors.Add(Matrix(prefix + "ffn_gate.weight", embedding, options.FeedForwardLength));
            tensors.Add(Matrix(prefix + "ffn_up.weight", embedding, isFused ? 2 * options.FeedForwardLength : options.FeedForwardLength));
            tensors.Add(Matrix(prefix + "ffn_down.weight", options.FeedForwardLength, embedding));
            if (options.Architecture == "qwen2")
            {
                tensors.Add(Vector(prefix + "attn_q.bias", queries, 0, 0.5f));
                tensors.Add(Vector(prefix + "attn_k.bias", keys, 0, 0.5f));
                tensors.Add(Vector(prefix + "attn_v.bias", keys, 0, 0.5f));
            }
            if (options.Architecture == "qwen3")
            {
                tensors.Add(Norm(prefix + "attn_q_norm.weight", options.HeadLength));
                tensors.Add(Norm(prefix + "attn_k_norm.weight", options.HeadLength));
            }
        }
        return tensors;

        // Uniform with variance 1/in (times scale²), which keeps activations near 1.
        TensorSource Matrix(string name, int input, int output, float? scale = null)
        {
            var reach = (scale ?? 1 / MathF.Sqrt(input)) * MathF.Sqrt(3);
            return new TensorSource(name, options.TensorType, [input, output], () => TensorCodec.Quantize(
                options.TensorType, RandomWeights.Uniform(options.Seed, name, (long)input * output, 0, reach), input));
        }

        TensorSource Norm(string name, int length) => Vector(name, length, 1, 0.2f);

        TensorSource Vector(string name, int length, float middle, float reach) =>
            new(name, TensorType.F32, [length], () => TensorCodec.Quantize(
                TensorType.F32, RandomWeights.Uniform(options.Seed, name, length, middle, reach), length));
    }
}
