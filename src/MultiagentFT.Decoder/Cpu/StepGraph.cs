using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>
/// The computation of a step of some number of rows and outputs. Which rows, tokens, slots and adapters they are is read
/// when it runs, so one graph serves every step of its size.
/// </summary>
internal sealed unsafe class StepGraph : IDisposable
{
    /// <summary>At most: ten products with what they project, and six operations between them.</summary>
    private const int NodesPerBlock = 18;

    private readonly CpuWeights _weights;
    private readonly StepMemory _memory;
    private readonly StepRows _step;
    private readonly DecoderModel* _model;
    private readonly DecoderBlock* _blocks;
    private readonly int _rows;
    private readonly int _outputs;
    private readonly IStepProgram _program;
    private readonly NativeList<DecoderOperation> _operations;
    private readonly NativeList<DecoderActivations> _activations;
    private readonly NativeList<DecoderProduct> _products;

    /// <summary>The last product with targets.</summary>
    private DecoderProduct* _last;

    /// <param name="weights">The base model.</param>
    /// <param name="memory">Where activations lie.</param>
    /// <param name="step">The rows, filled before each run.</param>
    /// <param name="model">Sizes and tables.</param>
    /// <param name="blocks">All blocks with their memory of keys and values.</param>
    /// <param name="program">Makes what runs it, for some number of operations at most.</param>
    /// <param name="rows">1 or more.</param>
    /// <param name="outputs">0 to rows.</param>
    public StepGraph(
        CpuWeights weights,
        StepMemory memory,
        StepRows step,
        DecoderModel* model,
        DecoderBlock* blocks,
        Func<int, IStepProgram> program,
        int rows,
        int outputs)
    {
        (_weights, _memory, _step, _rows, _outputs) = (weights, memory, step, rows, outputs);
        _model = model;
        _blocks = blocks;
        var count = weights.Shape.Blocks;
        var nodes = (count * NodesPerBlock) + 4;
        _program = program(nodes);
        _operations = new NativeList<DecoderOperation>(nodes);
        _activations = new NativeList<DecoderActivations>((2 * count) + 1);
        _products = new NativeList<DecoderProduct>(nodes);
        try
        {
            _program.End(Build());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <exception cref="InvalidOperationException">It could not be computed.</exception>
    public void Run() => _program.Run();

    public void Dispose()
    {
        _program.Dispose();
        _operations.Dispose();
        _activations.Dispose();
        _products.Dispose();
    }

    private nint Build()
    {
        var shape = _weights.Shape;
        var kernels = DecoderLibrary.Instance;
        var first = Activations(_memory.Residual);
        var normed = Call(kernels.Embed, first, block: -1, _memory.Normed, shape.Embedding, _rows);
        for (var block = 0; block < shape.Blocks - 1; block++) normed = Block(block, normed, _rows, _memory.Residual, selects: false);
        normed = Block(shape.Blocks - 1, normed, _outputs, _memory.Selected, selects: true);
        return _outputs == 0 ? normed : Multiply(NormedOf(-1, _outputs, selects: true), [_weights.Output], normed, _memory.Logits, out _)[0];
    }

    /// <param name="block">Index.</param>
    /// <param name="normed">Its input, [rows, embedding].</param>
    /// <param name="rows">Rows after attention.</param>
    /// <param name="residual">The residual stream after attention.</param>
    /// <param name="selects">Whether attention keeps only output rows.</param>
    /// <returns>The input of the next block.</returns>
    private nint Block(int block, nint normed, int rows, float* residual, bool selects)
    {
        var shape = _weights.Shape;
        var kernels = DecoderLibrary.Instance;
        var before = Activations(_memory.Residual);
        var after = Activations(residual);
        var parts = Multiply(NormedOf(block, _rows, selects: false, AdapterTarget.Queries, 3), _weights.Heads(block), normed, _memory.Heads, out var starts);
        before->Queries = Part(starts, 0, 0, out before->QueryStride);
        before->Keys = Part(starts, 1, shape.Queries, out before->KeyStride);
        before->Values = Part(starts, 2, shape.Queries + shape.Keys, out before->ValueStride);
        var heads = Call(kernels.ProjectHeads, before, block, _memory.Mixed, shape.Queries, _rows, parts);
        if (rows == 0) return heads;

        var mixed = Call(kernels.Attention, before, block, _memory.Mixed, shape.Queries, rows, [heads], selects ? after : null);
        if (_weights.AttentionOutput(block).TakesCells)
            mixed = Call(kernels.Quantize, after, block, _memory.Mixed, shape.Queries, rows, [mixed], null, selects);
        parts = Multiply(MixedOf(block, rows, selects), [_weights.AttentionOutput(block)], mixed, _memory.Added, out _);
        var fedNormed = Call(kernels.Attended, after, block, _memory.Normed, shape.Embedding, rows, parts, null, selects);
        parts = Multiply(NormedOf(block, rows, selects, AdapterTarget.Gate, 2), _weights.GateUp(block), fedNormed, _memory.GateUp, out starts);
        after->Gate = Part(starts, 0, 0, out after->GateStride);
        after->Up = Part(starts, 1, shape.FeedForward, out after->UpStride);
        var hidden = Call(kernels.SwiGlu, after, block, _memory.Hidden, shape.FeedForward, rows, parts, null, selects);
        parts = Multiply(HiddenOf(block, rows, selects), [_weights.Down(block)], hidden, _memory.Added, out _);
        return Call(kernels.Fed, after, block, _memory.Normed, shape.Embedding, rows, parts, null, selects);
    }

    /// <summary>What products read: rows with their targets of adapters, one or more in the order of mft_decoder.h.</summary>
    private readonly record struct Input(nint X, nint Cells, int Width, int Rows, bool Selects, int Block, AdapterTarget FirstTarget, int Targets);

    private Input NormedOf(int block, int rows, bool selects, AdapterTarget firstTarget = default, int targets = 0) =>
        new((nint)_memory.Normed, (nint)_memory.NormedCells, _weights.Shape.Embedding, rows, selects, block, firstTarget, targets);

    private Input MixedOf(int block, int rows, bool selects) =>
        new((nint)_memory.Mixed, (nint)_memory.MixedCells, _weights.Shape.Queries, rows, selects, block, AdapterTarget.Output, 1);

    private Input HiddenOf(int block, int rows, bool selects) =>
        new((nint)_memory.Hidden, (nint)_memory.HiddenCells, _weights.Shape.FeedForward, rows, selects, block, AdapterTarget.Down, 1);

    /// <summary>Products with one matrix or several, one after the other from a place on, and the first half of adapters.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="matrices">With the same inputs.</param>
    /// <param name="source">The node that makes the rows.</param>
    /// <param name="place">Where the first product goes.</param>
    /// <param name="starts">Where each product lies, and the length of its rows.</param>
    /// <returns>The nodes to wait for.</returns>
    private nint[] Multiply(Input input, ReadOnlySpan<Matrix> matrices, nint source, float* place, out (nint Start, int Stride)[] starts)
    {
        var nodes = new List<nint>();
        starts = new (nint, int)[matrices.Length];
        var targets = input.Targets;
        for (var i = 0; i < matrices.Length; i++)
        {
            var matrix = matrices[i];
            starts[i] = ((nint)place, matrix.Outputs);
            if (matrix.Packed is null)
            {
                nodes.Add(_program.Multiply(matrix.Tensor, source, place));
            }
            else
            {
                // The first of the products shares its node, and so its threads, with the adapters.
                nodes.Add(Product(input with { Targets = targets }, matrix.Packed, source, place, matrix.Outputs));
                targets = 0;
            }
            place += (long)matrix.Outputs * input.Rows;
        }
        if (targets > 0) nodes.Add(Product(input with { Targets = targets }, null, source, _memory.Projected, 1));
        return [.. nodes];
    }

    private nint Product(Input input, DecoderMatrix* matrix, nint source, float* place, int width)
    {
        var product = _products.Add(new DecoderProduct
        {
            Matrix = matrix,
            Rows = input.Selects ? _step.Selected : _step.All,
            Block = input.Block < 0 ? null : _blocks + input.Block,
            X = (float*)input.X,
            Cells = (DecoderCell*)input.Cells,
            Y = place,
            Projected = _memory.Projected,
            Inputs = input.Width,
            FirstTarget = input.FirstTarget,
            Targets = input.Targets,
        });
        if (input.Targets > 0)
        {
            for (var target = 0; target < input.Targets; target++) product->Outputs[target] = _weights.Shape.Outputs(input.FirstTarget + target);
            if (_last is not null) _last->Next = product;
            _last = product;
        }
        return _program.Call(DecoderLibrary.Instance.Multiply, product, place, width, input.Rows, [source]);
    }

    /// <summary>Where a part lies: in a product of its own, or from a column of the only one on.</summary>
    private static float* Part((nint Start, int Stride)[] products, int part, int column, out long stride)
    {
        var (start, outputs) = products.Length == 1 ? products[0] : products[part];
        stride = outputs;
        return (float*)start + (products.Length == 1 ? column : 0);
    }

    private DecoderActivations* Activations(float* residual) => _activations.Add(new DecoderActivations
    {
        Residual = residual,
        Normed = _memory.Normed,
        Mixed = _memory.Mixed,
        Added = _memory.Added,
        Hidden = _memory.Hidden,
        Projected = _memory.Projected,
        NormedCells = _weights.TakesCells ? _memory.NormedCells : null,
        MixedCells = _weights.TakesCells ? _memory.MixedCells : null,
        HiddenCells = _weights.TakesCells ? _memory.HiddenCells : null,
    });

    private nint Call(
        nint function,
        DecoderActivations* activations,
        int block,
        float* place,
        int width,
        int rows,
        ReadOnlySpan<nint> sources = default,
        DecoderActivations* selected = null,
        bool isSelected = false)
    {
        var operation = _operations.Add(new DecoderOperation
        {
            Model = _model,
            Rows = isSelected ? _step.Selected : _step.All,
            Activations = activations,
            Block = block < 0 ? null : _blocks + block,
            Next = block + 1 < _weights.Shape.Blocks ? _blocks + block + 1 : null,
            Selected = selected,
        });
        return _program.Call(function, operation, place, width, rows, sources);
    }
}
