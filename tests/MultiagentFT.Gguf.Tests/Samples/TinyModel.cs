using System.Runtime.InteropServices;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf.Tests.Samples;

/// <summary>
/// A valid model file of a few kilobytes, whose keys and tensors a test can change before it is written. Sizes: embedding 32,
/// 4 heads of 8, 2 key-value heads, feed-forward 64, 2 blocks, 6 tokens.
/// </summary>
public sealed class TinyModel
{
    public const int Embedding = 32;
    public const int Heads = 4;
    public const int KeyValueHeads = 2;
    public const int HeadLength = 8;
    public const int FeedForward = 64;
    public const int Blocks = 2;

    private readonly SplitMix64 _random;

    public TinyModel(string architecture = "llama", ulong seed = 1)
    {
        _random = new SplitMix64(seed);
        Architecture = architecture;
        SetMetadata();
        SetTensors();
    }

    public static string[] Tokens => ["<unk>", "<s>", "</s>", "1", "+", "="];

    public string Architecture { get; }

    public GgufMetadata Metadata { get; } = new();

    /// <summary>Kept in order; assigning to a new name appends.</summary>
    public OrderedDictionary<string, TensorSource> Tensors { get; } = [];

    /// <summary>Adds a tensor of random small numbers, or replaces the one of this name.</summary>
    public TinyModel Set(string name, TensorType type, params long[] shape)
    {
        var elements = shape.Aggregate(1L, (product, length) => product * length);
        Tensors[name] = new TensorSource(name, type, shape, () => Data(type, elements));
        return this;
    }

    public TinyModel Without(string name)
    {
        Assert.True(Tensors.Remove(name) || Metadata.Remove(name), name);
        return this;
    }

    public TinyModel With<T>(string key, T value)
        where T : notnull
    {
        Metadata.Set(key, value);
        return this;
    }

    public string Write(string path)
    {
        GgufWriter.Write(path, Metadata, [.. Tensors.Values]);
        return path;
    }

    private void SetMetadata()
    {
        Metadata.Set("general.architecture", Architecture);
        Metadata.Set("general.name", "tiny");
        Metadata.Set($"{Architecture}.block_count", (uint)Blocks);
        Metadata.Set($"{Architecture}.context_length", 128u);
        Metadata.Set($"{Architecture}.embedding_length", (uint)Embedding);
        Metadata.Set($"{Architecture}.feed_forward_length", (uint)FeedForward);
        Metadata.Set($"{Architecture}.attention.head_count", (uint)Heads);
        Metadata.Set($"{Architecture}.attention.head_count_kv", (uint)KeyValueHeads);
        Metadata.Set($"{Architecture}.attention.layer_norm_rms_epsilon", 1e-5f);
        Metadata.Set($"{Architecture}.rope.freq_base", 50_000f);
        Metadata.Set("tokenizer.ggml.model", "gpt2");
        Metadata.Set("tokenizer.ggml.tokens", Tokens);
        Metadata.Set("tokenizer.ggml.scores", new float[Tokens.Length]);
        Metadata.Set("tokenizer.ggml.token_type", new int[Tokens.Length]);
        Metadata.Set("tokenizer.ggml.eos_token_id", 2u);
        Metadata.Set("tokenizer.chat_template", "{{ messages[0].content }}");
    }

    private void SetTensors()
    {
        Set("token_embd.weight", TensorType.Q8_0, Embedding, Tokens.Length);
        Set("output_norm.weight", TensorType.F32, Embedding);
        Set("output.weight", TensorType.Q8_0, Embedding, Tokens.Length);
        for (var i = 0; i < Blocks; i++) SetBlock($"blk.{i}.");
    }

    private void SetBlock(string block)
    {
        const int keys = KeyValueHeads * HeadLength;
        Set(block + "attn_norm.weight", TensorType.F32, Embedding);
        Set(block + "ffn_norm.weight", TensorType.F32, Embedding);
        Set(block + "attn_output.weight", TensorType.Q4_0, Embedding, Embedding);
        Set(block + "ffn_down.weight", TensorType.Q4_0, FeedForward, Embedding);
        if (Architecture == "phi3")
        {
            Set(block + "attn_qkv.weight", TensorType.Q4_0, Embedding, Embedding + (2 * keys));
            Set(block + "ffn_up.weight", TensorType.Q4_0, Embedding, 2 * FeedForward);
            return;
        }
        Set(block + "attn_q.weight", TensorType.Q4_0, Embedding, Embedding);
        Set(block + "attn_k.weight", TensorType.Q4_0, Embedding, keys);
        Set(block + "attn_v.weight", TensorType.Q4_0, Embedding, keys);
        Set(block + "ffn_gate.weight", TensorType.Q4_0, Embedding, FeedForward);
        Set(block + "ffn_up.weight", TensorType.Q4_0, Embedding, FeedForward);
        if (Architecture == "qwen2")
        {
            Set(block + "attn_q.bias", TensorType.F32, Embedding);
            Set(block + "attn_k.bias", TensorType.F32, keys);
            Set(block + "attn_v.bias", TensorType.F32, keys);
        }
        if (Architecture == "qwen3")
        {
            Set(block + "attn_q_norm.weight", TensorType.F32, HeadLength);
            Set(block + "attn_k_norm.weight", TensorType.F32, HeadLength);
        }
    }

    private byte[] Data(TensorType type, long elements)
    {
        if (type == TensorType.F32)
        {
            var values = new float[elements];
            for (var i = 0; i < values.Length; i++) values[i] = (float)_random.NextDouble() - 0.5f;
            return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        }
        var bytes = new byte[TensorTypes.Bytes(type, elements)];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)_random.Next(100);
        return bytes;
    }
}
