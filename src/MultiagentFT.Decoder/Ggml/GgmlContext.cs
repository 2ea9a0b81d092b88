using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>A context on a device whose slots have adapters of their own.</summary>
internal sealed unsafe class GgmlContext : IMixedModelContext
{
    private readonly GgmlWeights _weights;
    private readonly GgmlKeyValues? _keyValues;
    private readonly GraphScheduler? _scheduler;
    private readonly SlotLengths _lengths;
    private readonly GgmlAdapter?[] _adapters;
    private readonly int[] _outputIndex;
    private GgmlGraph? _graph;
    private NativeBlock? _logits;
    private int _count;
    private bool _failed;
    private bool _isDisposed;

    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public GgmlContext(GgmlWeights weights, ContextOptions options)
    {
        weights.Hold();
        _weights = weights;
        Options = options with { Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads };
        _lengths = new SlotLengths(options, weights.Shape.Vocabulary);
        _adapters = new GgmlAdapter?[options.Slots];
        _outputIndex = new int[options.BatchTokens];
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

    public ContextOptions Options { get; }

    /// <summary>One operation attends to a range of slots.</summary>
    public bool PrefersDenseSlots => true;

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
            GgmlAdapter own when ReferenceEquals(own.Owner, _weights.Adapters) => own,
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
        _count = 0;
        try
        {
            _weights.Adapters.Step(() => Compute(batch));
        }
        catch
        {
            _failed = true;
            DropGraph();
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
        var index = _outputIndex[row];
        if (index < 0) throw new ArgumentException($"row {row} asked for no output", nameof(row));
        var vocabulary = _weights.Shape.Vocabulary;
        return new ReadOnlySpan<float>((float*)_logits!.Start + ((long)index * vocabulary), vocabulary);
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
        _keyValues!.Copy(fromSlot, toSlot, _lengths[fromSlot]);
        _lengths[toSlot] = _lengths[fromSlot];
    }

    /// <inheritdoc/>
    public void Clear()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _lengths.Clear();
        // A step that failed may have left anything.
        if (_failed) _keyValues!.Clear();
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

    private void Compute(DecodeBatch batch)
    {
        var adapters = new int[batch.Count];
        var outputs = new List<int>();
        for (var row = 0; row < batch.Count; row++)
        {
            adapters[row] = _adapters[batch.Slots[row]]?.Index ?? 0;
            _outputIndex[row] = batch.Outputs[row] ? outputs.Count : -1;
            if (batch.Outputs[row]) outputs.Add(row);
        }
        var plan = new AttentionPlan(batch);
        var version = Array.Exists(adapters, index => index > 0) ? _weights.Adapters.Version : -1;
        var graph = Graph(new StepLayout(batch.Count, outputs.Count, plan.Groups, plan.IsReordered, version));
        graph.Inputs.Fill(batch, plan, _keyValues!.Positions, adapters, [.. outputs]);
        _scheduler!.Compute(graph.Graph);
        if (graph.Logits != 0) ReadLogits(graph.Logits, outputs.Count);
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

    private void ReadLogits(nint logits, int outputs)
    {
        var bytes = (long)outputs * _weights.Shape.Vocabulary * sizeof(float);
        if (_logits is null || _logits.Bytes < bytes)
        {
            _logits?.Dispose();
            _logits = null;
            _logits = new NativeBlock(bytes);
        }
        GgmlSchedulerMethods.GetTensor(logits, _logits.Start, 0, (nuint)bytes);
    }

    private void DropGraph()
    {
        _graph?.Dispose();
        _graph = null;
    }

    private void Free()
    {
        DropGraph();
        _logits?.Dispose();
        _scheduler?.Dispose();
        _keyValues?.Dispose();
        _weights.Release();
    }
}
