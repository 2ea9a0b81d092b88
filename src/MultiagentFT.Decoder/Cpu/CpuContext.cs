using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>A context whose slots have adapters of their own: rows of one decode call may belong to different agents.</summary>
internal sealed unsafe class CpuContext : IMixedModelContext
{
    /// <summary>Sizes of steps whose graphs are kept: every number of decoding rows, and some mixtures with prompts.</summary>
    private const int GraphsBeyondSlots = 32;

    /// <summary>Bytes of one block's part of a graph: tasks, or with a tensor of ggml's for each.</summary>
    private const int PackedGraphBytes = 4096;
    private const int GgmlGraphBytes = 16_384;

    private readonly CpuWeights _weights;
    private readonly KeyValueMemory _keyValues;
    private readonly StepMemory _memory;
    private readonly StepRows _rows;
    private readonly NativeBlock _rotations;
    private readonly NativeBlock _model;
    private readonly NativeBlock _blocks;
    private readonly GraphCache _graphs;
    private readonly SlotLengths _lengths;
    private readonly CpuAdapter?[] _adapters;
    private readonly Stack<IDisposable> _owned = new();
    private int _count;
    private bool _failed;
    private bool _isDisposed;

    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public CpuContext(CpuWeights weights, ContextOptions options)
    {
        weights.Hold();
        _weights = weights;
        Options = options with { Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads };
        var shape = weights.Shape;
        var positions = KeyValueMemory.PositionsOf(options.SlotContext);
        _lengths = new SlotLengths(options, shape.Vocabulary);
        _adapters = new CpuAdapter?[options.AllSlots];
        try
        {
            Own(_keyValues = new KeyValueMemory(shape, options));
            Own(_memory = new StepMemory(shape, options.BatchTokens));
            Own(_rows = new StepRows(options.BatchTokens));
            Own(_rotations = new NativeBlock((long)positions * shape.RopeDimensions * sizeof(float)));
            weights.FillRotations(new Span<float>(_rotations.Start, checked(positions * shape.RopeDimensions)), positions, options.SlotContext);
            Own(_model = new NativeBlock(sizeof(DecoderModel)));
            *(DecoderModel*)_model.Start = weights.NativeModel() with { Rope = (float*)_rotations.Start, SlotContext = positions };
            Own(_blocks = new NativeBlock((long)shape.Blocks * sizeof(DecoderBlock)));
            for (var i = 0; i < shape.Blocks; i++)
            {
                Blocks[i] = weights.NativeBlock(i);
                _keyValues.Place(ref Blocks[i]);
            }
            var program = Program();
            Own(_graphs = new GraphCache(
                options.Slots + GraphsBeyondSlots,
                (rows, outputs) => new StepGraph(_weights, _memory, _rows, (DecoderModel*)_model.Start, Blocks, program, rows, outputs)));
        }
        catch
        {
            Free();
            throw;
        }
    }

    public ContextOptions Options { get; }

    /// <summary>Bytes of the graphs that are kept, at most.</summary>
    public static long GraphBytesOf(ModelShape shape, ContextOptions options, bool isPacked) =>
        (options.Slots + GraphsBeyondSlots) * (long)shape.Blocks * (isPacked ? PackedGraphBytes : GgmlGraphBytes);

    /// <summary>Attention takes the rows of any slots.</summary>
    public bool PrefersDenseSlots => false;

    private DecoderBlock* Blocks => (DecoderBlock*)_blocks.Start;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The adapter is of another runtime.</exception>
    public void SetAdapter(IRuntimeAdapter? adapter)
    {
        for (var slot = 0; slot < _adapters.Length; slot++) SetAdapter(slot, adapter);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The adapter is of another runtime.</exception>
    public void SetAdapter(int slot, IRuntimeAdapter? adapter)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _lengths.CheckSlot(slot);
        var next = adapter switch
        {
            null => null,
            CpuAdapter own when ReferenceEquals(own.Owner, _weights) => own,
            _ => throw new ArgumentException($"{adapter.Path} was loaded by another runtime", nameof(adapter)),
        };
        if (ReferenceEquals(next, _adapters[slot])) return;
        next?.Hold();
        _adapters[slot]?.Release();
        _adapters[slot] = next;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A row is not what the context expects; nothing has been computed.</exception>
    public void Decode(DecodeBatch batch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_failed) throw new InvalidOperationException("the last decode call failed: clear the context first");
        _lengths.Check(batch);
        _rows.Fill(batch, _adapters);
        _count = 0;
        try
        {
            _graphs.Get(batch.Count, _rows.All->Outputs).Run();
        }
        catch
        {
            _failed = true;
            throw;
        }
        _lengths.Append(batch);
        _count = batch.Count;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The row is none of the last call, or asked for no output.</exception>
    public ReadOnlySpan<float> Logits(int row)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if ((uint)row >= (uint)_count) throw new ArgumentOutOfRangeException(nameof(row), row, $"the last decode call had {_count} rows");
        var index = _rows.OutputIndex(row);
        if (index < 0) throw new ArgumentException($"row {row} asked for no output", nameof(row));
        return new ReadOnlySpan<float>(_memory.Logits + ((long)index * _weights.Shape.Vocabulary), _weights.Shape.Vocabulary);
    }

    /// <inheritdoc/>
    public bool Truncate(int slot, int length)
    {
        _lengths.CheckTruncate(slot, length);
        _lengths[slot] = length;
        return true;
    }

    /// <inheritdoc/>
    public void Copy(int fromSlot, int toSlot)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _lengths.CheckSlot(fromSlot);
        _lengths.CheckSlot(toSlot);
        if (fromSlot == toSlot) return;
        _keyValues.Copy(fromSlot, toSlot, _lengths[fromSlot]);
        _lengths[toSlot] = _lengths[fromSlot];
    }

    /// <inheritdoc/>
    public void Clear()
    {
        _lengths.Clear();
        _count = 0;
        _failed = false;
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        SetAdapter(null);
        _isDisposed = true;
        Free();
    }

    /// <summary>What runs steps: threads of our own, or ggml's where it multiplies.</summary>
    private Func<int, IStepProgram> Program()
    {
        if (_weights.IsPacked)
        {
            var pool = new TaskPool(Options.Threads);
            Own(pool);
            return operations => new TaskProgram(pool, operations);
        }
        var backend = new CpuBackend(Options.Threads);
        Own(backend);
        return operations => new GgmlProgram(backend, _memory, operations);
    }

    private void Own(IDisposable part) => _owned.Push(part);

    private void Free()
    {
        while (_owned.TryPop(out var part)) part.Dispose();
        _weights.Release();
    }
}
