using MultiagentFT.Contracts.Generation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Memory;

namespace MultiagentFT.Native;

/// <summary>What a model takes in llama.cpp: weights as in the file, keys and values by its sizes, a step by an estimate.</summary>
internal static class LlamaMemory
{
    /// <summary>Widths of the residual stream that are alive at a time, generously.</summary>
    private const int Streams = 12;

    private const int CellGroup = 256;

    /// <summary>What contexts of llama.cpp cannot be, one sentence each.</summary>
    public static IEnumerable<string> Refusals(ModelFile file, ContextOptions options)
    {
        // Its decode calls are split where slots have gaps, so sequences move to the lowest slots and leave nothing behind.
        if (options.KeptSlots > 0) yield return $"keptSlots: expected 0 (llama.cpp), found {options.KeptSlots}";
        var tokens = options.Slots * CellsOf(options);
        if (tokens > int.MaxValue) yield return $"slots times slotContext: expected at most {int.MaxValue} tokens (llama.cpp), found {tokens}";
        if (options.KeyValueType == KeyValueType.Q8 && file.Shape.HeadLength % TensorTypes.BlockSize(TensorType.Q8_0) != 0)
            yield return $"keyValueType: expected f16, as heads of {file.Shape.HeadLength} are no whole blocks (llama.cpp), found q8";
    }

    public static MemoryNeeds Needs(ModelFile file, ContextOptions options, bool onGpu)
    {
        var values = 2L * file.Shape.Blocks * file.Shape.KeyValueHeads * file.Shape.HeadLength * CellsOf(options);
        var type = options.KeyValueType == KeyValueType.Q8 ? TensorType.Q8_0 : TensorType.F16;
        var row = (Streams * (long)file.Shape.Embedding) + (3L * file.Shape.FeedForward) + (2L * file.Shape.Vocabulary);
        // The mask of attention has a value for every row and position.
        var mask = options.BatchTokens * CellsOf(options) * sizeof(float);
        return new MemoryNeeds(
            file.WeightBytes,
            values / TensorTypes.BlockSize(type) * TensorTypes.BlockBytes(type),
            (row * options.BatchTokens * sizeof(float)) + mask)
        {
            Process = onGpu ? MemoryNeeds.GpuProcess : MemoryNeeds.CpuProcess,
        };
    }

    /// <summary>Positions that a slot has in llama.cpp, whole groups.</summary>
    private static long CellsOf(ContextOptions options) => (options.SlotContext + CellGroup - 1L) / CellGroup * CellGroup;
}
