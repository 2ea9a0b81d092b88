using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// A block forward and back with its gradients written out: the products are libtorch's, what lies between two of them is one pass over memory
/// (<see cref="TensorKernels"/>) where autograd takes several, each with threads to wake. On a CPU, for adapters without dropout over a base that is not trained;
/// <see cref="DecoderBlock.Forward"/> with autograd is the slow twin.
/// </summary>
internal sealed class FusedBlock
{
    private readonly ModelShape _shape;
    private readonly Rope _rope;
    private readonly ScalarType _type;
    private readonly Tensor _attentionNorm;
    private readonly Tensor _feedForwardNorm;
    private readonly Tensor?[] _biases;
    private readonly Linear[] _layers;
    private readonly FusedLinears _attention, _output, _feedForward, _down;

    private FusedBlock(ModelShape shape, Rope rope, bool bfloat16, (Tensor Attention, Tensor FeedForward) norms, BlockLayers layers)
    {
        (_shape, _rope, _type) = (shape, rope, bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        (_attentionNorm, _feedForwardNorm) = norms;
        _layers = layers.All;
        _biases = [.. layers.Attention.Select(layer => layer.Bias)];
        (_attention, _output) = (Linears(layers.Attention), Linears([layers.Output]));
        (_feedForward, _down) = (Linears(layers.FeedForward), Linears([layers.Down]));

        FusedLinears Linears(IReadOnlyList<Linear> group) => new(group, _type);
    }

    /// <returns>Null for a block that is computed otherwise: one on a GPU, with a bias where none is added here, or without the kernels.</returns>
    public static FusedBlock? TryCreate(ModelShape shape, Rope rope, bool bfloat16, (Tensor Attention, Tensor FeedForward) norms, BlockLayers layers) =>
        norms.Attention.device_type == TorchSharp.DeviceType.CPU
        && layers.All.Except(layers.Attention).All(layer => layer.Bias is null) && (layers.Attention.Length > 1 || layers.Attention[0].Bias is null)
        && BlockKernels.AreUsable() && shape.HeadLength <= BlockKernels.WidestHead
            ? new FusedBlock(shape, rope, bfloat16, norms, layers)
            : null;

    /// <summary>What the way back needs.</summary>
    internal sealed class Trace : IDisposable
    {
        public required Tensor AttentionScale { get; init; }

        public required FusedLinears.Trace Attention { get; init; }

        /// <summary>[batch · heads, length, head], turned; queries divided by the root of their length.</summary>
        public required Tensor Queries { get; init; }

        /// <summary>The same, for all heads of queries.</summary>
        public required Tensor Keys { get; init; }

        public required Tensor Values { get; init; }

        /// <summary>[batch · heads, length, length].</summary>
        public required Tensor Weights { get; init; }

        public required FusedLinears.Trace Output { get; init; }

        /// <summary>The residual stream between the halves [rows, embedding] float32.</summary>
        public required Tensor Middle { get; init; }

        public required Tensor FeedForwardScale { get; init; }

        public required FusedLinears.Trace FeedForward { get; init; }

        /// <summary>Gate and up, of which one tensor may hold both.</summary>
        public required Tensor[] GateAndUp { get; init; }

        public required FusedLinears.Trace Down { get; init; }

        public IEnumerable<Tensor> Tensors =>
        [
            AttentionScale, Queries, Keys, Values, Weights, Middle, FeedForwardScale, .. GateAndUp,
            .. Attention.Tensors, .. Output.Tensors, .. FeedForward.Tensors, .. Down.Tensors,
        ];

        public void Dispose()
        {
            foreach (var tensor in Tensors) tensor.Dispose();
        }
    }

    private long[] Widths => [_shape.Queries, _shape.Keys, _shape.Keys];

    private long[] FeedForwardWidths => [_shape.FeedForward, _shape.FeedForward];

    /// <summary>Whether it computes what the block would with autograd: no dropout, and sequences whose attention is written out.</summary>
    public bool Runs(Tensor x) => x.shape[1] <= Attention.PlainLength && !_layers.Any(layer => layer.Adapter is { Dropout: > 0 });

    /// <param name="x">[batch, length, embedding] float32, contiguous.</param>
    /// <param name="keeps">Whether the way back will come.</param>
    /// <returns>The same shape, and what the way back needs if it comes.</returns>
    /// <exception cref="ArgumentException">The input has another layout.</exception>
    public (Tensor Y, Trace? Trace) Forward(Tensor x, bool keeps)
    {
        if (x.dtype != ScalarType.Float32 || !x.is_contiguous() || x.shape is not [_, _, var width] || width != _shape.Embedding)
            throw new ArgumentException($"Expected contiguous [batch, length, {_shape.Embedding}] of float32, found [{string.Join(", ", x.shape)}] of {x.dtype}.", nameof(x));
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var rows = x.view(-1, _shape.Embedding);
        var (_, normed, attentionScale) = TensorKernels.Norm(rows, null, _attentionNorm, _shape.RmsEpsilon, _type);
        var (joined, attention) = _attention.Forward(normed);
        var parts = Parts(joined, Widths);
        var queries = TensorKernels.Heads(parts[0], _biases[0], QueryLayout(x));
        var keys = TensorKernels.Heads(parts[1], _biases.ElementAtOrDefault(1), KeyLayout(x));
        var values = TensorKernels.Heads(parts[2], _biases.ElementAtOrDefault(2), ValueLayout(x));
        Free(parts, joined);
        if (!keeps) attention.Dispose();

        var weights = queries.bmm(keys.transpose(1, 2));
        TensorKernels.Softmax(weights);
        var mixed = weights.bmm(values);
        if (!keeps) Free([queries, keys, values, weights]);
        var attended = empty([rows.shape[0], _shape.Queries], dtype: _type);
        TensorKernels.HeadsBack(mixed, attended, OutputLayout(x));
        mixed.Dispose();
        var (added, output) = _output.Forward(attended);
        if (!keeps) output.Dispose();

        var (middle, normedMiddle, feedForwardScale) = TensorKernels.Norm(rows, added[0], _feedForwardNorm, _shape.RmsEpsilon, _type);
        Free(added);
        var (gateAndUp, feedForward) = _feedForward.Forward(normedMiddle);
        if (!keeps) feedForward.Dispose();
        var fed = Parts(gateAndUp, FeedForwardWidths);
        var (down, last) = _down.Forward(TensorKernels.SwiGlu(fed[0], fed[1]));
        if (!keeps) Free(fed, gateAndUp);
        var y = TensorKernels.Add(middle, down[0]).view_as(x).MoveToOuterDisposeScope();
        if (!keeps) return (y, null);
        var trace = new Trace
        {
            AttentionScale = attentionScale,
            Attention = attention,
            Queries = queries,
            Keys = keys,
            Values = values,
            Weights = weights,
            Output = output,
            Middle = middle,
            FeedForwardScale = feedForwardScale,
            FeedForward = feedForward,
            GateAndUp = gateAndUp,
            Down = last,
        };
        foreach (var tensor in trace.Tensors) tensor.MoveToOuterDisposeScope();
        return (y, trace);
    }

    /// <summary>Adds the gradients of the pairs to those that they have, and disposes what it needed.</summary>
    /// <param name="x">What went in.</param>
    /// <param name="gradient">Of the block's output [batch, length, embedding] float32, contiguous; becomes that of its input.</param>
    /// <param name="trace">Of the way forward.</param>
    /// <param name="toInput">Whether the gradient of the input is asked for; else what becomes of <paramref name="gradient"/> means nothing.</param>
    public void Backward(Tensor x, Tensor gradient, Trace trace, bool toInput)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        using var owned = trace;
        var (rows, slope) = (x.view(-1, _shape.Embedding), gradient.view(-1, _shape.Embedding));
        var narrow = _type == ScalarType.Float32 ? slope : slope.to(_type);

        var fed = Parts(trace.GateAndUp, FeedForwardWidths);
        var product = _down.Backward([narrow], trace.Down, toInput: true)!;
        TensorKernels.SwiGluBack(fed[0], fed[1], product);
        product.Dispose();
        trace.Down.Dispose();
        var normed = _feedForward.Backward(trace.GateAndUp, trace.FeedForward, toInput: true)!;
        Free(fed, trace.GateAndUp);
        trace.FeedForward.Dispose();
        if (ReferenceEquals(narrow, slope)) TensorKernels.NormBack(trace.Middle, _feedForwardNorm, trace.FeedForwardScale, normed, slope);
        else TensorKernels.NormBack(trace.Middle, _feedForwardNorm, trace.FeedForwardScale, normed, slope, narrow);
        Free([normed, trace.Middle]);

        var attended = _output.Backward([narrow], trace.Output, toInput: true)!;
        trace.Output.Dispose();
        var mixed = TensorKernels.Heads(attended, null, OutputLayout(x));
        attended.Dispose();
        var scores = mixed.bmm(trace.Values.transpose(1, 2));
        trace.Values.Dispose();
        var values = trace.Weights.transpose(1, 2).bmm(mixed);
        mixed.Dispose();
        TensorKernels.SoftmaxBack(scores, trace.Weights);
        trace.Weights.Dispose();
        var queries = scores.bmm(trace.Keys);
        var keys = scores.transpose(1, 2).bmm(trace.Queries);
        Free([scores, trace.Keys, trace.Queries]);
        var joined = _attention.Outputs.Select(outputs => empty([rows.shape[0], outputs], dtype: _type)).ToArray();
        var parts = Parts(joined, Widths);
        TensorKernels.HeadsBack(queries, parts[0], QueryLayout(x));
        TensorKernels.HeadsBack(keys, parts[1], KeyLayout(x));
        TensorKernels.HeadsBack(values, parts[2], ValueLayout(x));
        Free([queries, keys, values]);
        if (_attention.Backward(joined, trace.Attention, toInput) is { } back) TensorKernels.NormBack(rows, _attentionNorm, trace.AttentionScale, back, slope);
    }

    private HeadLayout ValueLayout(Tensor x) =>
        new(x.shape[0], x.shape[1], _shape.KeyValueHeads, _shape.Heads / _shape.KeyValueHeads, _shape.HeadLength);

    private HeadLayout KeyLayout(Tensor x) => ValueLayout(x) with { Turns = _rope.Turns, Turned = _shape.RopeDimensions, Halves = _shape.RotatesHalves };

    private HeadLayout QueryLayout(Tensor x) => KeyLayout(x) with { Count = _shape.Heads, Group = 1, Factor = (float)(1 / Math.Sqrt(_shape.HeadLength)) };

    private HeadLayout OutputLayout(Tensor x) => ValueLayout(x) with { Count = _shape.Heads, Group = 1 };

    /// <summary>What layers give, of which one may stand for all: views then.</summary>
    private static Tensor[] Parts(Tensor[] outputs, params ReadOnlySpan<long> widths)
    {
        if (outputs.Length > 1) return outputs;
        var parts = new Tensor[widths.Length];
        var first = 0L;
        for (var i = 0; i < widths.Length; i++)
        {
            parts[i] = outputs[0].narrow(1, first, widths[i]);
            first += widths[i];
        }
        return parts;
    }

    private static void Free(params ReadOnlySpan<Tensor[]> groups)
    {
        foreach (var group in groups)
        {
            foreach (var tensor in group) tensor.Dispose();
        }
    }
}
