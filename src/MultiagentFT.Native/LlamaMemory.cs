using MultiagentFT.Gguf;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native;

/// <summary>What a model takes in llama.cpp: weights as in the file, keys and values by its sizes, a step by an estimate.</summary>
internal static class LlamaMemory
{
    /// <summary>Widths of the residual stream that are alive at a time, generously.</summary>
    private const int Streams = 12;

    public static MemoryNeeds Needs(ModelFile file, ContextOptions options)
    {
        var values = 2L * file.BlockCount * file.KeyValueHeadCount * file.HeadLength * options.SlotContext;
        var type = options.KeyValueType == KeyValueType.Q8 ? TensorType.Q8_0 : TensorType.F16;
        var row = (Streams * (long)file.EmbeddingLength) + (3L * file.FeedForwardLength) + (2L * file.VocabularySize);
        // The mask of attention has a value for every row and position.
        var mask = (long)options.BatchTokens * options.SlotContext * sizeof(float);
        return new MemoryNeeds(
            file.WeightBytes,
            values / TensorTypes.BlockSize(type) * TensorTypes.BlockBytes(type),
            (row * options.BatchTokens * sizeof(float)) + mask);
    }
}
