using MultiagentFT.Contracts.Generation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native;

/// <summary>
/// A llama_context with one KV stream for each slot.
/// </summary>
internal sealed unsafe class LlamaContext : SlotContext<LlamaAdapter>
{
    private readonly ContextHandle _context;
    private readonly ModelHandle _model;
    private readonly int _vocabularySize;
    private readonly nint _memory;
    private readonly BatchColumns _columns;

    private LlamaContext(ContextHandle context, ModelHandle model, ContextOptions options, int vocabularySize)
        : base(options, vocabularySize, mixesAdapters: false)
    {
        _context = context;
        _model = model;
        _vocabularySize = vocabularySize;
        _memory = LlamaMethods.Memory(context);
        _columns = new BatchColumns(options.BatchTokens);
    }

    /// <summary>The llama_context itself, for benchmarks that go without this class.</summary>
    internal ContextHandle Handle => _context;

    public static LlamaContext Create(ModelHandle model, ContextOptions options, int vocabularySize)
    {
        var parameters = LlamaMethods.ContextDefaultParameters();
        parameters.Context = (uint)(options.Slots * options.SlotContext);
        parameters.Sequences = (uint)options.Slots;
        if (options.KeyValueType == KeyValueType.Q8) parameters.KeyType = parameters.ValueType = (int)TensorType.Q8_0;
        parameters.Batch = parameters.MicroBatch = (uint)options.BatchTokens;
        // The defaults grant logits of one row a sequence; scoring asks for those of every row.
        parameters.Outputs = parameters.OutputsPerSequence = (uint)options.BatchTokens;
        parameters.Threads = parameters.BatchThreads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        // A model made for embeddings would pool them.
        parameters.Pooling = 0;
        parameters.NoPerformance = true;
        parameters.FullSlidingWindow = true;
        parameters.Unified = false;

        var mark = LlamaLog.Mark();
        var value = LlamaMethods.ContextInit(model, parameters);
        if (value == 0) throw new OutOfMemoryException($"llama.cpp could not make a context of {options}; {LlamaLog.Since(mark)}");
        var context = new ContextHandle(value, model);
        var granted = LlamaMethods.ContextPerSequence(context);
        if (granted >= options.SlotContext) return new LlamaContext(context, model, options, vocabularySize);
        context.Dispose();
        throw new OutOfMemoryException($"llama.cpp granted {granted} tokens a slot where {options.SlotContext} were asked for");
    }

    protected override bool IsOwn(LlamaAdapter adapter) => adapter.Model == _model;

    /// <remarks>
    /// An adapter may have been loaded before or after this context: llama.cpp reserves its graph anew when the set changes.
    /// </remarks>
    protected override void Apply(LlamaAdapter? adapter)
    {
        var value = adapter?.Handle.DangerousGetHandle() ?? 0;
        var scale = 1f;
        var code = LlamaMethods.SetAdapters(_context, &value, adapter is null ? 0u : 1u, &scale);
        if (code != 0) throw new InvalidOperationException($"llama.cpp refused the adapter {adapter?.Path} (code {code})");
    }

    protected override void Compute(DecodeBatch batch)
    {
        var mark = LlamaLog.Mark();
        var code = _columns.Decode(_context, batch);
        if (code != 0)
            throw new InvalidOperationException($"llama.cpp could not decode {batch.Count} rows ({Meaning(code)}); {LlamaLog.Since(mark)}");
    }

    protected override ReadOnlySpan<float> LogitsOf(int row, int output)
    {
        var logits = LlamaMethods.Logits(_context, row);
        return logits is not null
            ? new ReadOnlySpan<float>(logits, _vocabularySize)
            : throw new InvalidOperationException($"llama.cpp has no logits of row {row}");
    }

    protected override void ChooseHidden(bool isWanted) => LlamaMethods.SetEmbeddings(_context, isWanted ? (byte)1 : (byte)0);

    protected override ReadOnlySpan<float> HiddenOf(int row, int output)
    {
        var hidden = LlamaMethods.Embeddings(_context, row);
        return hidden is not null
            ? new ReadOnlySpan<float>(hidden, LlamaMethods.ModelEmbedding(_model))
            : throw new InvalidOperationException($"llama.cpp has no hidden state of row {row}");
    }

    protected override bool TruncateSlot(int slot, int length)
    {
        using var use = new HandleUse(_context);
        // A sliding window that has already dropped the beginning cannot go back to it.
        var kept = LlamaMethods.MemoryRemove(_memory, slot, length, -1) != 0
            && (length == 0 || LlamaMethods.MemoryMinimum(_memory, slot) == 0);
        if (!kept) Empty(slot);
        return kept;
    }

    protected override void CopySlot(int fromSlot, int toSlot, int length)
    {
        using var use = new HandleUse(_context);
        Empty(toSlot);
        // Streams are separate, so llama.cpp copies whole sequences only.
        if (length > 0) LlamaMethods.MemoryCopy(_memory, fromSlot, toSlot, -1, -1);
    }

    protected override void ClearSlots(bool afterFailure)
    {
        using var use = new HandleUse(_context);
        LlamaMethods.MemoryClear(_memory, data: 1);
    }

    protected override void Free()
    {
        _context.Dispose();
        _columns.Dispose();
    }

    private void Empty(int slot) => LlamaMethods.MemoryRemove(_memory, slot, -1, -1);

    private static string Meaning(int code) => code switch
    {
        1 => "no room in the KV memory",
        2 => "aborted",
        -1 => "invalid batch",
        _ => $"code {code}",
    };
}
