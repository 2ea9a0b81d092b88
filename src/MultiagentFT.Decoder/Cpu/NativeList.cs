using MultiagentFT.Decoder.Shared;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Structs in native memory, added one by one; their addresses stay.</summary>
internal sealed unsafe class NativeList<T>(int capacity) : IDisposable
    where T : unmanaged
{
    private readonly NativeBlock _memory = new((long)capacity * sizeof(T));

    public T* Start => (T*)_memory.Start;

    public int Count { get; private set; }

    /// <exception cref="InvalidOperationException">The list is full.</exception>
    public T* Add(T value)
    {
        if (Count == capacity) throw new InvalidOperationException($"a list of {capacity} {typeof(T).Name} is full");
        var place = Start + Count++;
        *place = value;
        return place;
    }

    public void Dispose() => _memory.Dispose();
}
