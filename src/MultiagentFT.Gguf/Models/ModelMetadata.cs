namespace MultiagentFT.Gguf;

/// <summary>The keys by which a GGUF file describes a decoder's shape.</summary>
public static class ModelMetadata
{
    public static void AddTo(GgufMetadata metadata, ModelShape shape, string name)
    {
        var arch = shape.Architecture;
        metadata.Set("general.architecture", arch);
        metadata.Set("general.type", "model");
        metadata.Set("general.name", name);
        metadata.Set($"{arch}.context_length", (uint)shape.Context);
        metadata.Set($"{arch}.embedding_length", (uint)shape.Embedding);
        metadata.Set($"{arch}.block_count", (uint)shape.Blocks);
        metadata.Set($"{arch}.feed_forward_length", (uint)shape.FeedForward);
        metadata.Set($"{arch}.attention.head_count", (uint)shape.Heads);
        metadata.Set($"{arch}.attention.head_count_kv", (uint)shape.KeyValueHeads);
        metadata.Set($"{arch}.attention.key_length", (uint)shape.HeadLength);
        metadata.Set($"{arch}.attention.value_length", (uint)shape.HeadLength);
        metadata.Set($"{arch}.attention.layer_norm_rms_epsilon", shape.RmsEpsilon);
        metadata.Set($"{arch}.rope.freq_base", shape.RopeBase);
        metadata.Set($"{arch}.rope.dimension_count", (uint)shape.RopeDimensions);
        metadata.Set($"{arch}.vocab_size", (uint)shape.Vocabulary);
    }
}
