using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.SocietyDecoder;

/// <summary>
/// The computation of a step of some number of rows and outputs: ggml multiplies matrices, this project's kernels do the
/// rest. Which rows, tokens, slots and adapters they are is read when it runs, so one graph serves every step of its size.
/// </summary>
internal sealed unsafe class StepGraph : IDisposable
{
    private const int NodesPerBlock = 12;

    private readonly SocietyWeights _weights;
    private readonly StepMemory _memory;
    private readonly StepRows _step;
    private readonly SocietyModel* _model;
    private readonly SocietyBlock* _blocks;
    private readonly int _rows;
    private readonly int _outputs;
    private readonly TensorContext _context;
    private readonly NativeBlock _operations;
    private readonly NativeBlock _activations;
    private int _operationCount;
    private int _activationCount;

    /// <param name="weights">The base model.</param>
    /// <param name="memory">Where activations lie.</param>
    /// <param name="step">The rows, filled before each run.</param>
    /// <param name="model">Sizes and tables.</param>
    /// <param name="blocks">All blocks with their memory of keys and values.</param>
    /// <param name="rows">1 or more.</param>
    /// <param name="outputs">0 to rows.</param>
    public StepGraph(SocietyWeights weights, StepMemory memory, StepRows step, SocietyModel* model, SocietyBlock* blocks, int rows, int outputs)
    {
        (_weights, _memory, _step, _rows, _outputs) = (weights, memory, step, rows, outputs);
        _model = model;
        _blocks = blocks;
        var count = weights.Shape.Blocks;
        var nodes = (count * NodesPerBlock) + 4;
        // Each node is described by a tensor.
        _context = new TensorContext(nodes, nodes);
        _operations = new NativeBlock((long)nodes * sizeof(SocietyOperation));
        _activations = new NativeBlock((2L * count + 1) * sizeof(SocietyActivations));
        GgmlMethods.Expand(_context.Graph, Build());
    }

    public nint Graph => _context.Graph;

    public void Dispose()
    {
        _context.Dispose();
        _operations.Dispose();
        _activations.Dispose();
    }

    private nint Build()
    {
        var shape = _weights.Shape;
        var kernels = SocietyLibrary.Instance;
        var first = Activations(_memory.Residual);
        var normed = Call(kernels.Embed, first, block: -1, _memory.Normed, shape.Embedding, _rows);
        for (var block = 0; block < shape.Blocks - 1; block++) normed = Block(block, normed, _rows, _memory.Residual, selects: false);
        normed = Block(shape.Blocks - 1, normed, _outputs, _memory.Selected, selects: true);
        return _outputs == 0 ? normed : _memory.At(_context.Multiply(_weights.Output.Tensor, normed), _memory.Logits);
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
        var kernels = SocietyLibrary.Instance;
        var before = Activations(_memory.Residual);
        var after = Activations(residual);
        var parts = MultiplyAll(_weights.Heads(block), normed, _rows, _memory.Heads, out var starts);
        before->Queries = Part(starts, 0, 0, out before->QueryStride);
        before->Keys = Part(starts, 1, shape.Queries, out before->KeyStride);
        before->Values = Part(starts, 2, shape.Queries + shape.Keys, out before->ValueStride);
        var heads = Call(kernels.ProjectHeads, before, block, _memory.Mixed, shape.Queries, _rows, parts);
        if (rows == 0) return heads;

        var mixed = Call(kernels.Attention, before, block, _memory.Mixed, shape.Queries, rows, [heads], selects ? after : null);
        var attended = _memory.At(_context.Multiply(_weights.AttentionOutput(block).Tensor, mixed), _memory.Projected);
        var fedNormed = Call(kernels.Attended, after, block, _memory.Normed, shape.Embedding, rows, [attended], null, selects);
        parts = MultiplyAll(_weights.GateUp(block), fedNormed, rows, _memory.GateUp, out starts);
        after->Gate = Part(starts, 0, 0, out after->GateStride);
        after->Up = Part(starts, 1, shape.FeedForward, out after->UpStride);
        var hidden = Call(kernels.SwiGlu, after, block, _memory.Hidden, shape.FeedForward, rows, parts, null, selects);
        var fed = _memory.At(_context.Multiply(_weights.Down(block).Tensor, hidden), _memory.Projected);
        return Call(kernels.Fed, after, block, _memory.Normed, shape.Embedding, rows, [fed], null, selects);
    }

    /// <summary>Products with one matrix or several, one after the other from a place on.</summary>
    /// <param name="matrices">With the same inputs.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="place">Where the first product goes.</param>
    /// <param name="starts">Where each product lies, and the length of its rows.</param>
    private nint[] MultiplyAll(Matrix[] matrices, nint x, int rows, float* place, out (nint Start, int Stride)[] starts)
    {
        var products = new nint[matrices.Length];
        starts = new (nint, int)[matrices.Length];
        for (var i = 0; i < matrices.Length; i++)
        {
            products[i] = _memory.At(_context.Multiply(matrices[i].Tensor, x), place);
            starts[i] = ((nint)place, matrices[i].Outputs);
            place += (long)matrices[i].Outputs * rows;
        }
        return products;
    }

    /// <summary>Where a part lies: in a product of its own, or from a column of the only one on.</summary>
    private static float* Part((nint Start, int Stride)[] products, int part, int column, out long stride)
    {
        var (start, outputs) = products.Length == 1 ? products[0] : products[part];
        stride = outputs;
        return (float*)start + (products.Length == 1 ? column : 0);
    }

    private SocietyActivations* Activations(float* residual)
    {
        var activations = (SocietyActivations*)_activations.Start + _activationCount++;
        *activations = new SocietyActivations
        {
            Residual = residual,
            Normed = _memory.Normed,
            Mixed = _memory.Mixed,
            Attended = _memory.Projected,
            Hidden = _memory.Hidden,
            Fed = _memory.Projected,
        };
        return activations;
    }

    private nint Call(
        nint function,
        SocietyActivations* activations,
        int block,
        float* place,
        int width,
        int rows,
        ReadOnlySpan<nint> sources = default,
        SocietyActivations* selected = null,
        bool isSelected = false)
    {
        var operation = (SocietyOperation*)_operations.Start + _operationCount++;
        *operation = new SocietyOperation
        {
            Model = _model,
            Rows = isSelected ? _step.Selected : _step.All,
            Activations = activations,
            Block = block < 0 ? null : _blocks + block,
            Next = block + 1 < _weights.Shape.Blocks ? _blocks + block + 1 : null,
            Selected = selected,
        };
        return _memory.At(_context.Custom(function, operation, width, rows, sources), place);
    }
}
