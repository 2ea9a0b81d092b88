using LLama.Native;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Library;

namespace MultiagentFT.LLamaSharp;

/// <summary>
/// A context of LLamaSharp with one KV stream for each slot. LLamaSharp lets one context of the process decode at a time, so several contexts take turns.
/// </summary>
internal sealed class LLamaSharpContext : SlotContext<LLamaSharpAdapter>
{
    private readonly SafeLLamaContextHandle _context;
    private readonly SharedModel _model;
    private readonly BatchRows _batches = new();

    private LLamaSharpContext(SafeLLamaContextHandle context, SharedModel model, ContextOptions options, int vocabularySize)
        : base(options, vocabularySize, mixesAdapters: false)
    {
        model.Hold();
        _context = context;
        _model = model;
    }

    /// <param name="model">What it decodes with.</param>
    /// <param name="options">Valid sizes.</param>
    /// <param name="useGpu">Whether keys, values and large products may go to a GPU.</param>
    /// <param name="vocabularySize">Tokens of the model.</param>
    /// <exception cref="InvalidOperationException">llama.cpp refused.</exception>
    public static LLamaSharpContext Create(SharedModel model, ContextOptions options, bool useGpu, int vocabularySize)
    {
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = (uint)(options.Slots * options.SlotContext);
        parameters.n_seq_max = (uint)options.Slots;
        if (options.KeyValueType == KeyValueType.Q8) parameters.type_k = parameters.type_v = GGMLType.GGML_TYPE_Q8_0;
        parameters.n_batch = parameters.n_ubatch = (uint)options.BatchTokens;
        // The default grants fewer rows with logits than there can be; scoring asks for those of every row.
        parameters.n_outputs_max = (uint)options.BatchTokens;
        parameters.n_threads = parameters.n_threads_batch = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        parameters.offload_kqv = parameters.op_offload = useGpu;
        // A model made for embeddings would pool them.
        parameters.llama_pooling_type = LLamaPoolingType.None;
        parameters.no_perf = true;
        parameters.swa_full = true;
        parameters.kv_unified = false;

        var mark = LlamaLog.Mark();
        var context = SafeLLamaContextHandle.Create(model.Handle, parameters);
        if (context.IsInvalid)
        {
            // LLamaSharp takes a null for a context: nobody would give back the reference to the model that it took.
            model.Handle.DangerousRelease();
            throw new OutOfMemoryException($"llama.cpp could not make a context of {options}; {LlamaLog.Since(mark)}");
        }
        var granted = context.ContextSize / options.Slots;
        if (granted >= options.SlotContext) return new LLamaSharpContext(context, model, options, vocabularySize);
        context.Dispose();
        throw new OutOfMemoryException($"llama.cpp granted {granted} tokens a slot where {options.SlotContext} were asked for");
    }

    protected override bool IsOwn(LLamaSharpAdapter adapter) => adapter.Model == _model;

    protected override void Apply(LLamaSharpAdapter? adapter)
    {
        if (adapter is null) _context.SetLoraAdapters();
        else _context.SetLoraAdapters((adapter.Native, 1f));
    }

    protected override void Compute(DecodeBatch batch)
    {
        var mark = LlamaLog.Mark();
        var result = _context.Decode(_batches.Of(batch));
        if (result != DecodeResult.Ok)
            throw new InvalidOperationException($"LLamaSharp could not decode {batch.Count} rows ({result}); {LlamaLog.Since(mark)}");
    }

    protected override ReadOnlySpan<float> LogitsOf(int row, int output) => _context.GetLogitsIth(row);

    protected override void ChooseHidden(bool isWanted) => _context.SetEmbeddings(isWanted);

    protected override ReadOnlySpan<float> HiddenOf(int row, int output)
    {
        var hidden = _context.GetEmbeddingsIth(row);
        return hidden.Length > 0 ? hidden : throw new InvalidOperationException($"LLamaSharp has no hidden state of row {row}");
    }

    protected override bool TruncateSlot(int slot, int length)
    {
        var sequence = (LLamaSeqId)slot;
        _context.MemorySequenceRemove(sequence, length, -1);
        // LLamaSharp does not pass on whether that was possible: what is left tells. A sliding window that has already dropped
        // the beginning cannot go back to it.
        var kept = _context.MemorySequenceMaxPosition(sequence).Value == length - 1
            && (length == 0 || _context.MemorySequenceMinPosition(sequence).Value == 0);
        if (!kept) Empty(slot);
        return kept;
    }

    protected override void CopySlot(int fromSlot, int toSlot, int length)
    {
        Empty(toSlot);
        // Streams are separate, so llama.cpp copies whole sequences only.
        if (length > 0) _context.MemorySequenceCopy((LLamaSeqId)fromSlot, (LLamaSeqId)toSlot, -1, -1);
    }

    protected override void ClearSlots(bool afterFailure) => _context.MemoryClear();

    protected override void Free()
    {
        _context.Dispose();
        _model.Release();
    }

    private void Empty(int slot) => _context.MemorySequenceRemove((LLamaSeqId)slot, -1, -1);
}
