using MultiagentFT.Contracts.Generation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>Keys and values of all slots and blocks in float16 or Q8_0, on the device if it can write them there.</summary>
internal sealed unsafe class GgmlKeyValues : IDisposable
{
    /// <summary>Positions that attention covers at once: GPUs compute whole groups.</summary>
    public const int CellGroup = 256;

    private readonly int _width;
    private readonly int _headLength;
    private readonly TensorType _type;
    private readonly TensorContext _context;
    private readonly TensorPlaces? _places;
    private readonly nint[] _keys;
    private readonly nint[] _values;

    /// <exception cref="OutOfMemoryException">The device has not as much memory.</exception>
    public GgmlKeyValues(ModelShape shape, ContextOptions options, ComputeDevice device)
    {
        _width = shape.Keys;
        _headLength = shape.HeadLength;
        _type = TypeOf(options.KeyValueType);
        Positions = WholeGroups(options.SlotContext);
        _context = new TensorContext(2 * shape.Blocks, nodes: 0);
        try
        {
            _keys = [.. Enumerable.Range(0, shape.Blocks).Select(_ => Describe())];
            _values = [.. Enumerable.Range(0, shape.Blocks).Select(_ => Describe())];
            var memory = (CanWrite(device) ? device : ComputeDevice.Cpu).Memory;
            _places = new TensorPlaces(_keys.Concat(_values).Select(tensor => (tensor, memory)), areWeights: false);
            // What no row has written is multiplied with 0, which not every number survives.
            Clear();
        }
        catch
        {
            Dispose();
            throw;
        }

        nint Describe() => _context.Matrix((int)_type, _width, (long)Positions * options.Slots);
    }

    /// <summary>Positions of a slot, whole groups.</summary>
    public int Positions { get; }

    /// <summary>Bytes of one position of one block.</summary>
    public long PositionBytes => TensorTypes.RowBytes(_type, _width);

    /// <summary>Whether attention has to be one operation: values in blocks cannot be turned for a product.</summary>
    public bool NeedsFlashAttention => _type != TensorType.F16;

    /// <summary>Bytes of one head at one position.</summary>
    public long HeadBytes => TensorTypes.RowBytes(_type, _headLength);

    /// <summary>ggml's type for keys and values.</summary>
    public static TensorType TypeOf(KeyValueType type) => type == KeyValueType.Q8 ? TensorType.Q8_0 : TensorType.F16;

    /// <summary>Bytes of a slot's keys and values in all blocks.</summary>
    public static long BytesOfSlot(ModelShape shape, ContextOptions options) =>
        2L * shape.Blocks * WholeGroups(options.SlotContext) * BytesOfPosition(TypeOf(options.KeyValueType), shape.Keys);

    /// <summary>In whole blocks, also where no context can be had because heads are not.</summary>
    private static long BytesOfPosition(TensorType type, int width)
    {
        var block = TensorTypes.BlockSize(type);
        return (width + block - 1L) / block * TensorTypes.BlockBytes(type);
    }

    public static int WholeGroups(int positions) => (positions + CellGroup - 1) / CellGroup * CellGroup;

    /// <summary>A block's keys, [kv heads · head length, slots · positions].</summary>
    public nint Keys(int block) => _keys[block];

    /// <summary>A block's values, as the keys.</summary>
    public nint Values(int block) => _values[block];

    /// <summary>Copies the first positions of a slot to another one.</summary>
    public void Copy(int from, int to, int length)
    {
        if (length == 0) return;
        using var views = new TensorContext(2 * (_keys.Length + _values.Length), nodes: 0);
        foreach (var memory in _keys.Concat(_values))
            GgmlSchedulerMethods.CopyTensor(View(memory, from), View(memory, to));

        nint View(nint memory, int slot)
        {
            var view = GgmlGraphMethods.View(
                views.DangerousGetHandle(), memory, (long)length * _width, (nuint)(slot * Positions * PositionBytes));
            var status = GgmlSchedulerMethods.PlaceView(view);
            return status == 0 ? view : throw new InvalidOperationException($"ggml could not place a view (status {status})");
        }
    }

    public void Clear() => _places!.Clear();

    public void Dispose()
    {
        _places?.Dispose();
        _context.Dispose();
    }

    private bool CanWrite(ComputeDevice device)
    {
        using var scratch = new GraphBuilder(tensors: 3);
        return device.Supports(scratch.SetRows(_keys[0], scratch.Input(TensorType.F32, _width), scratch.Input(TensorType.I64, 1)));
    }
}
