using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Keys and values of all slots and blocks, in float16 or in 8 bits; mft_block says how they lie.</summary>
internal sealed unsafe class KeyValueMemory : IDisposable
{
    /// <summary>Positions whose keys lie side by side, so that one load serves them all.</summary>
    public const int Lanes = 16;

    /// <summary>Values that share a scale.</summary>
    private const int Scaled = 32;

    private readonly ModelShape _shape;
    private readonly int _positions;
    private readonly long _slots;
    private readonly int _valueBytes;
    private readonly int _scaleBytes;
    private readonly NativeBlock _memory;

    /// <exception cref="OutOfMemoryException">The system has not as much.</exception>
    public KeyValueMemory(ModelShape shape, ContextOptions options)
    {
        _shape = shape;
        _positions = PositionsOf(options.SlotContext);
        _slots = options.AllSlots;
        (_valueBytes, _scaleBytes) = BytesOfHead(shape, options.KeyValueType);
        _memory = new NativeBlock(_slots * BytesOfSlot(shape, options));
    }

    /// <summary>Positions of a slot, whole groups of <see cref="Lanes"/>.</summary>
    public static int PositionsOf(int slotContext) => (slotContext + Lanes - 1) / Lanes * Lanes;

    /// <summary>Bytes of one slot in all blocks.</summary>
    public static long BytesOfSlot(ModelShape shape, ContextOptions options)
    {
        var (values, scales) = BytesOfHead(shape, options.KeyValueType);
        return 2L * shape.Blocks * shape.KeyValueHeads * (values + scales) * PositionsOf(options.SlotContext);
    }

    /// <summary>Where a block's keys and values lie.</summary>
    public void Place(ref DecoderBlock block)
    {
        var start = Block(block.Index);
        block.Keys = start;
        block.Values = start + Region(_valueBytes);
        if (_scaleBytes == 0) return;
        block.KeyScales = (ushort*)(start + (2 * Region(_valueBytes)));
        block.ValueScales = (ushort*)(start + (2 * Region(_valueBytes)) + Region(_scaleBytes));
    }

    /// <summary>Copies the first positions of a slot to another one.</summary>
    public void Copy(int from, int to, int length)
    {
        for (var block = 0; block < _shape.Blocks; block++)
        {
            var start = Block(block);
            // Keys and values, then their scales.
            for (var part = 0; part < 2; part++, start += Region(_valueBytes)) Copy(start, _valueBytes, from, to, length);
            for (var part = 0; part < 2 && _scaleBytes > 0; part++, start += Region(_scaleBytes)) Copy(start, _scaleBytes, from, to, length);
        }
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Bytes of one position of one head, without and of its scales.</summary>
    private static (int Values, int Scales) BytesOfHead(ModelShape shape, KeyValueType type) => type == KeyValueType.F16
        ? (shape.HeadLength * sizeof(ushort), 0)
        : (shape.HeadLength, (shape.HeadLength + Scaled - 1) / Scaled * sizeof(ushort));

    /// <summary>Bytes of all slots of one block, for so many bytes a position and head.</summary>
    private long Region(int bytes) => _slots * _shape.KeyValueHeads * _positions * bytes;

    private byte* Block(int index) => _memory.Start + (2 * index * (Region(_valueBytes) + Region(_scaleBytes)));

    private void Copy(byte* region, int bytes, int from, int to, int length)
    {
        // Keys lie in whole groups; what is copied beyond the length is overwritten before it is read.
        var count = (long)PositionsOf(length) * bytes;
        for (var head = 0; head < _shape.KeyValueHeads; head++)
        {
            var source = region + ((((long)from * _shape.KeyValueHeads) + head) * _positions * bytes);
            var target = region + ((((long)to * _shape.KeyValueHeads) + head) * _positions * bytes);
            Buffer.MemoryCopy(source, target, count, count);
        }
    }
}
