namespace MultiagentFT.Decoder.Cpu;

/// <summary>The graphs of the sizes used last. A step of a known size costs nothing to describe.</summary>
internal sealed class GraphCache(int capacity, Func<int, int, StepGraph> build) : IDisposable
{
    private readonly LinkedList<((int Rows, int Outputs) Size, StepGraph Graph)> _recent = new();
    private readonly Dictionary<(int Rows, int Outputs), LinkedListNode<((int Rows, int Outputs) Size, StepGraph Graph)>> _bySize = [];

    /// <summary>The graph of a size; the least recently used one gives way.</summary>
    public StepGraph Get(int rows, int outputs)
    {
        if (_bySize.TryGetValue((rows, outputs), out var node))
        {
            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Graph;
        }
        if (_recent.Count == capacity)
        {
            var last = _recent.Last!;
            last.Value.Graph.Dispose();
            _bySize.Remove(last.Value.Size);
            _recent.RemoveLast();
        }
        var graph = build(rows, outputs);
        _bySize.Add((rows, outputs), _recent.AddFirst(((rows, outputs), graph)));
        return graph;
    }

    public void Dispose()
    {
        foreach (var (_, graph) in _recent) graph.Dispose();
    }
}
