using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>A context on a device whose slots have adapters of their own.</summary>
internal sealed unsafe class GgmlContext : SlotContext<GgmlAdapter>
{
    private readonly GgmlWeights _weights;
    private readonly GgmlKeyValues? _keyValues;
    private readonly GraphScheduler? _scheduler;
    private GgmlGraph? _graph;
    private NativeBlock? _logits;
    private NativeBlock? _hidden;
    private bool _givesHidden;

    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public GgmlContext(GgmlWeights weights, ContextOptions options)
        : base(options, weights.Shape.Vocabulary, mixesAdapters: true)
    {
        weights.Hold();
        _weights = weights;
        try
        {
            _scheduler = new GraphScheduler(weights.Device, Options.Threads);
            _keyValues = new GgmlKeyValues(weights.Shape, options, weights.Device);
        }
        catch
        {
            Free();
            throw;
        }
    }

    /// <summary>One operation attends to a range of slots.</summary>
    public override bool PrefersDenseSlots => true;

    protected override bool IsOwn(GgmlAdapter adapter) => ReferenceEquals(adapter.Owner, _weights.Adapters);

    protected override void Compute(DecodeBatch batch) => _weights.Adapters.Step(() => ComputeRows(batch));

    protected override ReadOnlySpan<float> LogitsOf(int row, int output)
    {
        var vocabulary = _weights.Shape.Vocabulary;
        return new ReadOnlySpan<float>((float*)_logits!.Start + ((long)output * vocabulary), vocabulary);
    }

    protected override void ChooseHidden(bool isWanted) => _givesHidden = isWanted;

    protected override ReadOnlySpan<float> HiddenOf(int row, int output)
    {
        var width = _weights.Shape.Embedding;
        return new ReadOnlySpan<float>((float*)_hidden!.Start + ((long)output * width), width);
    }

    protected override void CopySlot(int fromSlot, int toSlot, int length) => _keyValues!.Copy(fromSlot, toSlot, length);

    protected override void ClearSlots(bool afterFailure)
    {
        if (!afterFailure) return;
        // A step that failed may have left anything.
        DropGraph();
        _keyValues!.Clear();
    }

    protected override void Free()
    {
        DropGraph();
        _logits?.Dispose();
        _hidden?.Dispose();
        _scheduler?.Dispose();
        _keyValues?.Dispose();
        _weights.Release();
    }

    private void ComputeRows(DecodeBatch batch)
    {
        var adapters = new int[batch.Count];
        var outputs = new List<int>();
        for (var row = 0; row < batch.Count; row++)
        {
            adapters[row] = Adapters[batch.Slots[row]]?.Index ?? 0;
            if (batch.Outputs[row]) outputs.Add(row);
        }
        var plan = new AttentionPlan(batch);
        var version = Array.Exists(adapters, index => index > 0) ? _weights.Adapters.Version : -1;
        var graph = Graph(new StepLayout(batch.Count, outputs.Count, plan.Groups, plan.IsReordered, version));
        graph.Inputs.Fill(batch, plan, _keyValues!.Positions, adapters, [.. outputs]);
        _scheduler!.Compute(graph.Graph);
        if (graph.Logits != 0) Read(graph.Logits, outputs.Count, _weights.Shape.Vocabulary, ref _logits);
        if (graph.Hidden != 0 && _givesHidden) Read(graph.Hidden, outputs.Count, _weights.Shape.Embedding, ref _hidden);
    }

    /// <summary>The graph of a layout, with its memory: that of the last step where it is the same.</summary>
    private GgmlGraph Graph(StepLayout layout)
    {
        if (_graph is not null && _graph.Layout.Equals(layout)) return _graph;
        DropGraph();
        _graph = new GgmlGraph(_weights, _keyValues!, layout, Options.SlotContext);
        _scheduler!.Allocate(_graph.Graph, _graph.Tensors);
        return _graph;
    }

    /// <summary>Copies [outputs, width] from the device to memory that grows with it.</summary>
    private static void Read(nint tensor, int outputs, int width, ref NativeBlock? memory)
    {
        var bytes = (long)outputs * width * sizeof(float);
        if (memory is null || memory.Bytes < bytes)
        {
            memory?.Dispose();
            memory = null;
            memory = new NativeBlock(bytes);
        }
        GgmlSchedulerMethods.GetTensor(tensor, memory.Start, 0, (nuint)bytes);
    }

    private void DropGraph()
    {
        _graph?.Dispose();
        _graph = null;
    }
}
