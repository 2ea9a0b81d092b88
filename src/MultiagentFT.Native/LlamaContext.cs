using MultiagentFT.Contracts.Generation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native;

/// <summary>
/// A llama_context with one KV stream for each slot. Every row is checked here, because ggml ends the process on misuse.
/// </summary>
internal sealed unsafe class LlamaContext : IModelContext
{
    private readonly ContextHandle _context;
    private readonly ModelHandle _model;
    private readonly int _vocabularySize;
    private readonly nint _memory;
    private readonly SlotLengths _lengths;
    private readonly BatchColumns _columns;
    private readonly bool[] _hasLogits;
    private LlamaAdapter? _adapter;
    private int _rows;
    private bool _failed;

    private LlamaContext(ContextHandle context, ModelHandle model, ContextOptions options, int vocabularySize)
    {
        _context = context;
        _model = model;
        _vocabularySize = vocabularySize;
        _memory = LlamaMethods.Memory(context);
        _lengths = new SlotLengths(options, vocabularySize);
        _columns = new BatchColumns(options.BatchTokens);
        _hasLogits = new bool[options.BatchTokens];
        Options = options;
    }

    public ContextOptions Options { get; }

    /// <summary>The llama_context itself, for benchmarks that go without this class.</summary>
    internal ContextHandle Handle => _context;

    public static LlamaContext Create(ModelHandle model, ContextOptions options, int vocabularySize)
    {
        options = options with { Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads };
        var parameters = LlamaMethods.ContextDefaultParameters();
        parameters.Context = (uint)(options.Slots * options.SlotContext);
        parameters.Sequences = (uint)options.Slots;
        if (options.KeyValueType == KeyValueType.Q8) parameters.KeyType = parameters.ValueType = (int)TensorType.Q8_0;
        parameters.Batch = parameters.MicroBatch = (uint)options.BatchTokens;
        // The defaults grant logits of one row a sequence; scoring asks for those of every row.
        parameters.Outputs = parameters.OutputsPerSequence = (uint)options.BatchTokens;
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.NoPerformance = true;
        parameters.FullSlidingWindow = true;
        parameters.Unified = false;

        var mark = LlamaLog.Mark();
        var value = LlamaMethods.ContextInit(model, parameters);
        if (value == 0) throw new InvalidOperationException($"llama.cpp could not make a context of {options}; {LlamaLog.Since(mark)}");
        var context = new ContextHandle(value, model);
        var granted = LlamaMethods.ContextPerSequence(context);
        if (granted >= options.SlotContext) return new LlamaContext(context, model, options, vocabularySize);
        context.Dispose();
        throw new InvalidOperationException($"llama.cpp granted {granted} tokens a slot where {options.SlotContext} were asked for");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An adapter may have been loaded before or after this context: llama.cpp reserves its graph anew when the set changes.
    /// </remarks>
    /// <exception cref="ArgumentException">The adapter is of another runtime.</exception>
    public void SetAdapter(IRuntimeAdapter? adapter)
    {
        var next = adapter switch
        {
            null => null,
            LlamaAdapter own when own.Model == _model => own,
            _ => throw new ArgumentException($"{adapter.Path} was loaded by another runtime", nameof(adapter)),
        };
        if (next == _adapter) return;
        ObjectDisposedException.ThrowIf(next is { IsDisposed: true }, typeof(LlamaAdapter));
        var added = false;
        next?.Handle.DangerousAddRef(ref added);
        var value = next?.Handle.DangerousGetHandle() ?? 0;
        var scale = 1f;
        var code = LlamaMethods.SetAdapters(_context, &value, next is null ? 0u : 1u, &scale);
        if (code != 0)
        {
            next?.Handle.DangerousRelease();
            throw new InvalidOperationException($"llama.cpp refused the adapter {adapter?.Path} (code {code})");
        }
        _adapter?.Handle.DangerousRelease();
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
        var code = _columns.Decode(_context, batch);
        if (code != 0)
        {
            _failed = true;
            throw new InvalidOperationException($"llama.cpp could not decode {batch.Count} rows ({Meaning(code)}); {LlamaLog.Since(mark)}");
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
        var logits = LlamaMethods.Logits(_context, row);
        return logits is not null
            ? new ReadOnlySpan<float>(logits, _vocabularySize)
            : throw new InvalidOperationException($"llama.cpp has no logits of row {row}");
    }

    /// <inheritdoc/>
    public bool Truncate(int slot, int length)
    {
        _lengths.CheckTruncate(slot, length);
        if (length == _lengths[slot]) return true;
        using var use = new HandleUse(_context);
        // A sliding window that has already dropped the beginning cannot go back to it.
        var kept = LlamaMethods.MemoryRemove(_memory, slot, length, -1) != 0
            && (length == 0 || LlamaMethods.MemoryMinimum(_memory, slot) == 0);
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
        using var use = new HandleUse(_context);
        Empty(toSlot);
        // Streams are separate, so llama.cpp copies whole sequences only.
        if (_lengths[fromSlot] > 0) LlamaMethods.MemoryCopy(_memory, fromSlot, toSlot, -1, -1);
        _lengths[toSlot] = _lengths[fromSlot];
    }

    /// <inheritdoc/>
    public void Clear()
    {
        using var use = new HandleUse(_context);
        LlamaMethods.MemoryClear(_memory, data: 1);
        _lengths.Clear();
        _rows = 0;
        _failed = false;
    }

    public void Dispose()
    {
        if (_context.IsClosed) return;
        _context.Dispose();
        _columns.Dispose();
        _adapter?.Handle.DangerousRelease();
        _adapter = null;
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
