namespace MultiagentFT.SocietyDecoder;

/// <summary>Structs in native memory, added one by one; their addresses stay.</summary>
internal sealed unsafe class NativeList<T>(int capacity) : IDisposable
    where T : unmanaged
{
    private readonly NativeBlock _memory = new((long)capacity * sizeof(T));
    private int _count;

    /// <exception cref="InvalidOperationException">The list is full.</exception>
    public T* Add(T value)
    {
        if (_count == capacity) throw new InvalidOperationException($"a list of {capacity} {typeof(T).Name} is full");
        var place = (T*)_memory.Start + _count++;
        *place = value;
        return place;
    }

    public void Dispose() => _memory.Dispose();
}
