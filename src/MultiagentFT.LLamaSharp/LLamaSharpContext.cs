using LLama.Native;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Library;

namespace MultiagentFT.LLamaSharp;

/// <summary>
/// A context of LLamaSharp with one KV stream for each slot. Every row is checked before, because ggml ends the process on
/// misuse. LLamaSharp lets one context of the process decode at a time, so several contexts take turns.
/// </summary>
internal sealed class LLamaSharpContext : IModelContext
{
    private readonly SafeLLamaContextHandle _context;
    private readonly SharedModel _model;
    private readonly SlotLengths _lengths;
    private readonly BatchRows _batches = new();
    private readonly bool[] _hasLogits;
    private LLamaSharpAdapter? _adapter;
    private int _rows;
    private bool _failed;

    private LLamaSharpContext(SafeLLamaContextHandle context, SharedModel model, ContextOptions options, int vocabularySize)
    {
        model.Hold();
        _context = context;
        _model = model;
        _lengths = new SlotLengths(options, vocabularySize);
        _hasLogits = new bool[options.BatchTokens];
        Options = options;
    }

    public ContextOptions Options { get; }

    /// <param name="model">What it decodes with.</param>
    /// <param name="options">Valid sizes.</param>
    /// <param name="useGpu">Whether keys, values and large products may go to a GPU.</param>
    /// <param name="vocabularySize">Tokens of the model.</param>
    /// <exception cref="InvalidOperationException">llama.cpp refused.</exception>
    public static LLamaSharpContext Create(SharedModel model, ContextOptions options, bool useGpu, int vocabularySize)
    {
        options = options with { Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads };
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = (uint)(options.Slots * options.SlotContext);
        parameters.n_seq_max = (uint)options.Slots;
        if (options.KeyValueType == KeyValueType.Q8) parameters.type_k = parameters.type_v = GGMLType.GGML_TYPE_Q8_0;
        parameters.n_batch = parameters.n_ubatch = (uint)options.BatchTokens;
        // The default grants fewer rows with logits than there can be; scoring asks for those of every row.
        parameters.n_outputs_max = (uint)options.BatchTokens;
        parameters.n_threads = parameters.n_threads_batch = options.Threads;
        parameters.offload_kqv = parameters.op_offload = useGpu;
        parameters.no_perf = true;
        parameters.swa_full = true;
        parameters.kv_unified = false;

        var mark = LlamaLog.Mark();
        var context = SafeLLamaContextHandle.Create(model.Handle, parameters);
        if (context.IsInvalid)
        {
            // LLamaSharp takes a null for a context: nobody would give back the reference to the model that it took.
            model.Handle.DangerousRelease();
            throw new InvalidOperationException($"llama.cpp could not make a context of {options}; {LlamaLog.Since(mark)}");
        }
        var granted = context.ContextSize / options.Slots;
        if (granted >= options.SlotContext) return new LLamaSharpContext(context, model, options, vocabularySize);
        context.Dispose();
        throw new InvalidOperationException($"llama.cpp granted {granted} tokens a slot where {options.SlotContext} were asked for");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The adapter is of another runtime.</exception>
    public void SetAdapter(IRuntimeAdapter? adapter)
    {
        var next = adapter switch
        {
            null => null,
            LLamaSharpAdapter own when own.Model == _model => own,
            _ => throw new ArgumentException($"{adapter.Path} was loaded by another runtime", nameof(adapter)),
        };
        if (next == _adapter) return;
        next?.Hold();
        if (next is null) _context.SetLoraAdapters();
        else _context.SetLoraAdapters((next.Native, 1f));
        _adapter?.Release();
        _adapter = next;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A row is not what the context expects; nothing has been computed.</exception>
    public void Decode(DecodeBatch batch)
    {
        if (_failed) throw new InvalidOperationException("the last decode call failed: clear the context first");
        _lengths.Check(batch);
        var mark = LlamaLog.Mark();
        _rows = 0;
        var result = _context.Decode(_batches.Of(batch));
        if (result != DecodeResult.Ok)
        {
            _failed = true;
            throw new InvalidOperationException($"LLamaSharp could not decode {batch.Count} rows ({result}); {LlamaLog.Since(mark)}");
        }
        _lengths.Append(batch);
        batch.Outputs.CopyTo(_hasLogits);
        _rows = batch.Count;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The row is none of the last call, or asked for no output.</exception>
    public ReadOnlySpan<float> Logits(int row)
    {
        if ((uint)row >= (uint)_rows) throw new ArgumentOutOfRangeException(nameof(row), row, $"the last decode call had {_rows} rows");
        if (!_hasLogits[row]) throw new ArgumentException($"row {row} asked for no output", nameof(row));
        return _context.GetLogitsIth(row);
    }

    /// <inheritdoc/>
    public bool Truncate(int slot, int length)
    {
        _lengths.CheckTruncate(slot, length);
        if (length == _lengths[slot]) return true;
        var sequence = (LLamaSeqId)slot;
        _context.MemorySequenceRemove(sequence, length, -1);
        // LLamaSharp does not pass on whether that was possible: what is left tells. A sliding window that has already dropped
        // the beginning cannot go back to it.
        var kept = _context.MemorySequenceMaxPosition(sequence).Value == length - 1
            && (length == 0 || _context.MemorySequenceMinPosition(sequence).Value == 0);
        if (!kept) Empty(slot);
        _lengths[slot] = kept ? length : 0;
        return kept;
    }

    /// <inheritdoc/>
    public void Copy(int fromSlot, int toSlot)
    {
        _lengths.CheckSlot(fromSlot);
        _lengths.CheckSlot(toSlot);
        if (fromSlot == toSlot) return;
        Empty(toSlot);
        // Streams are separate, so llama.cpp copies whole sequences only.
        if (_lengths[fromSlot] > 0) _context.MemorySequenceCopy((LLamaSeqId)fromSlot, (LLamaSeqId)toSlot, -1, -1);
        _lengths[toSlot] = _lengths[fromSlot];
    }

    /// <inheritdoc/>
    public void Clear()
    {
        _context.MemoryClear();
        _lengths.Clear();
        _rows = 0;
        _failed = false;
    }

    public void Dispose()
    {
        if (_context.IsClosed) return;
        _context.Dispose();
        _adapter?.Release();
        _adapter = null;
        _model.Release();
    }

    private void Empty(int slot) => _context.MemorySequenceRemove((LLamaSeqId)slot, -1, -1);
}
