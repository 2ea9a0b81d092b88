using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>The stacks for as many adapters as there is room for, on the device.</summary>
internal sealed unsafe class StackMemory : IDisposable
{
    /// <summary>Places of the first stacks, that of no adapter included.</summary>
    private const int FirstCapacity = 4;

    /// <summary>Ranks are padded to whole groups, which matrix units want.</summary>
    private const int RankGroup = 16;

    private readonly TensorContext _context;
    private readonly TensorPlaces? _places;
    private readonly Dictionary<string, AdapterStack> _stacks = [];
    private readonly int _elementBytes;

    /// <param name="adapters">By index, from index 1 on; at least one.</param>
    /// <param name="capacity">That of the memory before; doubled until all have a place.</param>
    /// <param name="device">Where they go, if it multiplies with them.</param>
    /// <param name="type">F32 or F16.</param>
    /// <exception cref="OutOfMemoryException">The device has not as much memory.</exception>
    public StackMemory(IReadOnlyList<AdapterFactors?> adapters, int capacity, ComputeDevice device, TensorType type)
    {
        Capacity = Math.Max(capacity, FirstCapacity);
        while (Capacity <= adapters.Count) Capacity *= 2;
        _elementBytes = TensorTypes.BlockBytes(type);
        var layers = adapters.OfType<AdapterFactors>().SelectMany(adapter => adapter.Pairs).GroupBy(pair => pair.Key, pair => pair.Value).ToList();
        _context = new TensorContext(2 * layers.Count, nodes: 0);
        try
        {
            var places = new List<(nint, nint)>();
            foreach (var layer in layers)
            {
                var (inputs, outputs) = (layer.First().Inputs, layer.First().Outputs);
                var rank = (layer.Max(pair => pair.Rank) + RankGroup - 1) / RankGroup * RankGroup;
                var stack = new AdapterStack(Describe(inputs, rank), Describe(rank, outputs), inputs, outputs, rank);
                _stacks.Add(layer.Key, stack);
                places.Add((stack.A, MemoryOf(stack.A, inputs)));
                places.Add((stack.B, MemoryOf(stack.B, rank)));
            }
            _places = new TensorPlaces(places, areWeights: true);
            _places.Clear();
            for (var i = 0; i < adapters.Count; i++)
            {
                if (adapters[i] is { } factors) Write(i + 1, factors);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        nint Describe(int length0, int length1) =>
            GgmlGraphMethods.NewTensor(_context.DangerousGetHandle(), (int)type, length0, length1, Capacity);

        nint MemoryOf(nint matrices, int length)
        {
            using var scratch = new GraphBuilder(tensors: 3);
            var operation = scratch.MultiplyChosen(
                matrices, scratch.Input(TensorType.F32, length, 1, 1), scratch.Input(TensorType.I32, 1, 1));
            return (device.Supports(operation) ? device : ComputeDevice.Cpu).Memory;
        }
    }

    /// <summary>Adapters that there is room for, and one more: none.</summary>
    public int Capacity { get; }

    public long Bytes => _places!.Bytes;

    public AdapterStack? Find(string tensor) => _stacks.GetValueOrDefault(tensor);

    /// <summary>Whether all adapters have room: by number, by the layers that they change, and by rank.</summary>
    public bool Fits(IReadOnlyCollection<AdapterFactors?> adapters) =>
        adapters.Count < Capacity
        && adapters.OfType<AdapterFactors>().SelectMany(adapter => adapter.Pairs)
            .All(pair => _stacks.TryGetValue(pair.Key, out var stack) && pair.Value.Rank <= stack.Rank);

    /// <summary>Forgets the layers that no adapter changes any more. Their memory is free with the next stacks.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Forget(IReadOnlyCollection<AdapterFactors?> adapters)
    {
        var changed = adapters.OfType<AdapterFactors>().SelectMany(adapter => adapter.Pairs.Keys).ToHashSet();
        var unchanged = _stacks.Keys.Where(tensor => !changed.Contains(tensor)).ToList();
        foreach (var tensor in unchanged) _stacks.Remove(tensor);
        return unchanged.Count > 0;
    }

    /// <summary>Writes an adapter to its place in every stack, zeroes where it changes nothing.</summary>
    public void Write(int index, AdapterFactors factors)
    {
        foreach (var (tensor, stack) in _stacks)
        {
            var a = new byte[(long)stack.Rank * stack.Inputs * _elementBytes];
            var b = new byte[(long)stack.Rank * stack.Outputs * _elementBytes];
            if (factors.Pairs.TryGetValue(tensor, out var pair))
            {
                pair.A.CopyTo(a, 0);
                var (length, padded) = (pair.Rank * _elementBytes, stack.Rank * _elementBytes);
                for (var output = 0; output < pair.Outputs; output++)
                    pair.B.AsSpan(output * length, length).CopyTo(b.AsSpan(output * padded));
            }
            Set(stack.A, index, a);
            Set(stack.B, index, b);
        }
    }

    public void Dispose()
    {
        _places?.Dispose();
        _context.Dispose();
    }

    private static void Set(nint stack, int index, byte[] data)
    {
        fixed (byte* start = data) GgmlMethods.SetTensor(stack, start, (nuint)index * (nuint)data.Length, (nuint)data.Length);
    }
}
