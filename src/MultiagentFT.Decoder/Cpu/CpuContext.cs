using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>A context whose slots have adapters of their own: rows of one decode call may belong to different agents.</summary>
internal sealed unsafe class CpuContext : SlotContext<CpuAdapter>
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
    private readonly Stack<IDisposable> _owned = new();

    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public CpuContext(CpuWeights weights, ContextOptions options)
        : base(options, weights.Shape.Vocabulary, mixesAdapters: true)
    {
        weights.Hold();
        _weights = weights;
        var shape = weights.Shape;
        var positions = KeyValueMemory.PositionsOf(options.SlotContext);
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

    /// <summary>Bytes of the graphs that are kept, at most.</summary>
    public static long GraphBytesOf(ModelShape shape, ContextOptions options, bool isPacked) =>
        (options.Slots + GraphsBeyondSlots) * (long)shape.Blocks * (isPacked ? PackedGraphBytes : GgmlGraphBytes);

    /// <summary>Attention takes the rows of any slots.</summary>
    public override bool PrefersDenseSlots => false;

    private DecoderBlock* Blocks => (DecoderBlock*)_blocks.Start;

    protected override bool IsOwn(CpuAdapter adapter) => ReferenceEquals(adapter.Owner, _weights);

    protected override void Compute(DecodeBatch batch)
    {
        _rows.Fill(batch, Adapters);
        _graphs.Get(batch.Count, _rows.All->Outputs).Run();
    }

    protected override ReadOnlySpan<float> LogitsOf(int row, int output) =>
        new(_memory.Logits + ((long)output * _weights.Shape.Vocabulary), _weights.Shape.Vocabulary);

    /// <summary>The last block leaves them where the output matrix reads them.</summary>
    protected override ReadOnlySpan<float> HiddenOf(int row, int output) =>
        new(_memory.Normed + ((long)output * _weights.Shape.Embedding), _weights.Shape.Embedding);

    protected override void CopySlot(int fromSlot, int toSlot, int length) => _keyValues.Copy(fromSlot, toSlot, length);

    protected override void Free()
    {
        while (_owned.TryPop(out var part)) part.Dispose();
        _weights.Release();
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
}
