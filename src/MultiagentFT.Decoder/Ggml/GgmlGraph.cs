using MultiagentFT.Native.Ggml;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>The computation of a step of some layout, in ggml's own operations.</summary>
internal sealed class GgmlGraph : IDisposable
{
    private readonly GgmlWeights _weights;
    private readonly GgmlKeyValues _keyValues;
    private readonly GraphBuilder _graph;
    private readonly LinearNodes _linear;
    private readonly AttentionNodes _attention;
    private readonly nint _ropeFactors;

    /// <param name="weights">The base model and its adapters, which stay as they are while this is built.</param>
    /// <param name="keyValues">Of the context.</param>
    /// <param name="layout">What it depends on.</param>
    /// <param name="contextLength">Tokens that a slot of the context has.</param>
    public GgmlGraph(GgmlWeights weights, GgmlKeyValues keyValues, StepLayout layout, int contextLength)
    {
        (_weights, _keyValues, Layout) = (weights, keyValues, layout);
        _ropeFactors = weights.RopeFactors(contextLength);
        _graph = new GraphBuilder(MostTensors(weights.Shape.Blocks, layout));
        try
        {
            Inputs = new StepInputs(_graph, layout);
            _linear = new LinearNodes(_graph, weights, layout.HasAdapters);
            _attention = new AttentionNodes(_graph, weights, keyValues, Inputs, layout);
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public StepLayout Layout { get; }

    public StepInputs Inputs { get; }

    /// <summary>The ggml_cgraph.</summary>
    public nint Graph => _graph.Graph;

    /// <summary>Nodes and leaves, or more.</summary>
    public int Tensors => _graph.Count + (_weights.Shape.Blocks * (MostWeightsPerBlock + 2 + (2 * MostLinearPerBlock))) + 8;

    /// <summary>float32 [vocabulary, outputs]; 0 without outputs.</summary>
    public nint Logits { get; private set; }

    /// <summary>float32 [embedding, outputs]: what the output matrix reads; 0 without outputs.</summary>
    public nint Hidden { get; private set; }

    public void Dispose() => _graph.Dispose();

    private const int MostLinearPerBlock = 7;
    private const int MostWeightsPerBlock = 15;

    /// <summary>Each linear layer has up to six, the rest of a block up to thirty, a group of attention up to sixteen.</summary>
    private static int MostTensors(int blocks, StepLayout layout) =>
        (blocks * ((6 * MostLinearPerBlock) + 32 + (16 * layout.Groups.Count))) + (2 * layout.Groups.Count) + 32;

    private void Build()
    {
        var shape = _weights.Shape;
        var x = _graph.GetRows(_weights.Embedding, Inputs.Tokens);
        for (var block = 0; block < shape.Blocks; block++)
        {
            var isLast = block == shape.Blocks - 1;
            var attended = Attention(block, x, isLast);
            if (attended == 0) return;
            if (isLast && Inputs.OutputRows != 0) x = _graph.GetRows(x, Inputs.OutputRows);
            x = _graph.Add(x, attended);
            x = _graph.Add(x, FeedForward(block, x, isLast));
        }
        x = Hidden = _graph.Norm(x, _weights.Find("output_norm.weight"), shape.RmsEpsilon);
        _graph.Output(Hidden);
        Logits = _linear.Multiply("output", _weights.Output, x, shape.Embedding, shape.Vocabulary, Layout.Outputs, Inputs.OutputAdapters);
        _graph.Output(Logits);
    }

    /// <returns>What attention adds: [embedding, rows], of the last block [embedding, outputs]; 0 where nothing comes of it.</returns>
    private nint Attention(int block, nint x, bool isLast)
    {
        var shape = _weights.Shape;
        var prefix = $"blk.{block}.";
        var normed = _graph.Norm(x, _weights.Find(prefix + "attn_norm.weight"), shape.RmsEpsilon);
        var (queries, keys, values) = Heads(prefix, normed);
        queries = Rotated(queries, prefix + "attn_q_norm.weight");
        keys = _graph.Reshape(Rotated(keys, prefix + "attn_k_norm.weight"), shape.Keys, Layout.Rows);
        var allKeys = _graph.SetRows(_keyValues.Keys(block), keys, Inputs.Places);
        var allValues = _graph.SetRows(_keyValues.Values(block), values, Inputs.Places);
        if (isLast && Layout.Outputs == 0)
        {
            _graph.Expand(allKeys);
            _graph.Expand(allValues);
            return 0;
        }
        var mixed = _attention.Mix(queries, allKeys, allValues);
        var order = isLast && Inputs.OutputRows != 0 ? (Inputs.OutputOrder != 0 ? Inputs.OutputOrder : Inputs.OutputRows) : Inputs.Order;
        if (order != 0) mixed = _graph.GetRows(mixed, order);
        return Linear(prefix + "attn_output", mixed, shape.Queries, shape.Embedding, isLast);
    }

    /// <returns>Queries [head length, heads, rows], keys [head length, kv heads, rows], values [kv heads · head length, rows].</returns>
    private (nint Queries, nint Keys, nint Values) Heads(string prefix, nint normed)
    {
        var shape = _weights.Shape;
        var (length, rows) = (shape.HeadLength, Layout.Rows);
        if (_weights.Find(prefix + "attn_qkv.weight") == 0)
        {
            return (
                _graph.Reshape(Project("attn_q", shape.Queries), length, shape.Heads, rows),
                _graph.Reshape(Project("attn_k", shape.Keys), length, shape.KeyValueHeads, rows),
                Project("attn_v", shape.Keys));
        }
        var width = shape.Queries + (2 * shape.Keys);
        var fused = Project("attn_qkv", width);
        var strides = ((long)length * sizeof(float), (long)width * sizeof(float));
        return (
            _graph.View(fused, (length, shape.Heads, rows), strides, 0),
            _graph.View(fused, (length, shape.KeyValueHeads, rows), strides, (long)shape.Queries * sizeof(float)),
            _graph.View(fused, (shape.Keys, rows), (long)width * sizeof(float), ((long)shape.Queries + shape.Keys) * sizeof(float)));

        nint Project(string name, int outputs) => Linear(prefix + name, normed, shape.Embedding, outputs, isSelected: false);
    }

    private nint Rotated(nint heads, string norm)
    {
        var shape = _weights.Shape;
        if (_weights.Find(norm) is not 0 and var weights) heads = _graph.Norm(heads, weights, shape.RmsEpsilon);
        return _graph.Rotate(
            heads, Inputs.Positions, _ropeFactors, shape.RopeDimensions, shape.RotatesHalves, shape.RopeBase,
            1 / _weights.Scaling.Factor, _weights.Scaling.Magnitude);
    }

    private nint FeedForward(int block, nint x, bool isLast)
    {
        var shape = _weights.Shape;
        var prefix = $"blk.{block}.";
        var normed = _graph.Norm(x, _weights.Find(prefix + "ffn_norm.weight"), shape.RmsEpsilon);
        var hidden = _weights.Find(prefix + "ffn_gate.weight") == 0
            ? _graph.SwiGlu(Linear(prefix + "ffn_up", normed, shape.Embedding, 2 * shape.FeedForward, isLast))
            : _graph.SwiGlu(
                Linear(prefix + "ffn_gate", normed, shape.Embedding, shape.FeedForward, isLast),
                Linear(prefix + "ffn_up", normed, shape.Embedding, shape.FeedForward, isLast));
        return Linear(prefix + "ffn_down", hidden, shape.FeedForward, shape.Embedding, isLast);
    }

    private nint Linear(string name, nint x, int inputs, int outputs, bool isSelected) =>
        _linear.Multiply(
            name, _weights.Find(name + ".weight"), x, inputs, outputs, isSelected ? Layout.Outputs : Layout.Rows,
            isSelected ? Inputs.OutputAdapters : Inputs.Adapters);
}
