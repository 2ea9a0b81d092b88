using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.SocietyDecoder;

/// <summary>Keys and values of all slots and blocks, in float16.</summary>
internal sealed unsafe class KeyValueMemory : IDisposable
{
    /// <summary>Positions whose keys lie side by side, so that one load serves them all.</summary>
    public const int Lanes = 16;

    private readonly SocietyShape _shape;
    private readonly int _positions;
    private readonly NativeBlock _memory;

    /// <exception cref="OutOfMemoryException">The system has not as much.</exception>
    public KeyValueMemory(SocietyShape shape, ContextOptions options)
    {
        _shape = shape;
        _positions = PositionsOf(options);
        SlotElements = (long)shape.KeyValueHeads * _positions * shape.HeadLength;
        BlockElements = SlotElements * options.Slots;
        _memory = new NativeBlock(BytesOf(shape, options));
    }

    private long SlotElements { get; }

    private long BlockElements { get; }

    /// <summary>Positions of a slot, whole groups of <see cref="Lanes"/>.</summary>
    public static int PositionsOf(ContextOptions options) => WholeGroups(options.SlotContext);

    public static long BytesOf(SocietyShape shape, ContextOptions options) =>
        2L * shape.Blocks * options.Slots * shape.Keys * PositionsOf(options) * sizeof(ushort);

    /// <summary>A block's keys, [slots, heads, positions / 16, head length, 16].</summary>
    public ushort* Keys(int block) => (ushort*)_memory.Start + (2 * block * BlockElements);

    /// <summary>A block's values, [slots, heads, positions, head length].</summary>
    public ushort* Values(int block) => Keys(block) + BlockElements;

    /// <summary>Copies the first positions of a slot to another one.</summary>
    public void Copy(int from, int to, int length)
    {
        // Keys go in whole groups; what is copied beyond the length is overwritten before it is read.
        var elements = (long)WholeGroups(length) * _shape.HeadLength;
        for (var block = 0; block < _shape.Blocks; block++)
        {
            Copy(Keys(block), from, to, elements);
            Copy(Values(block), from, to, elements);
        }
    }

    public void Dispose() => _memory.Dispose();

    private static int WholeGroups(int positions) => (positions + Lanes - 1) / Lanes * Lanes;

    private void Copy(ushort* memory, int from, int to, long elements)
    {
        for (var head = 0; head < _shape.KeyValueHeads; head++)
        {
            var offset = (long)head * _positions * _shape.HeadLength;
            Buffer.MemoryCopy(
                memory + (from * SlotElements) + offset, memory + (to * SlotElements) + offset, elements * sizeof(ushort), elements * sizeof(ushort));
        }
    }
}
