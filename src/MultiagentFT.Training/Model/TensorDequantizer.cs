using MultiagentFT.Gguf;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// ggml's block formats dequantized by libtorch's own operations, where the bytes are: on a GPU they need not come over the bus anew for every pass. The slow twin is
/// ggml's routine (<see cref="Native.Tensors.TensorCodec"/>), whose bits these are: every product and sum is rounded once, in its order.
/// </summary>
internal sealed class TensorDequantizer : IDisposable
{
    private const int SuperBlock = 256;

    private static readonly float[] NonlinearValues = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    private static readonly Dictionary<TensorType, Func<TensorDequantizer, Tensor, Tensor>> Formats = new()
    {
        // A block's bytes [blocks, bytes] as int32 in, its values [blocks, elements] float32 out.
        [TensorType.Q4_0] = (here, x) => here.Half(x, 0) * (Nibbles(x.narrow(1, 2, 16)) - 8),
        [TensorType.Q4_1] = (here, x) => (here.Half(x, 0) * Nibbles(x.narrow(1, 4, 16))) + here.Half(x, 2),
        [TensorType.Q5_0] = (here, x) => here.Half(x, 0) * (FiveBits(x.narrow(1, 2, 4), x.narrow(1, 6, 16)) - 16),
        [TensorType.Q5_1] = (here, x) => (here.Half(x, 0) * FiveBits(x.narrow(1, 4, 4), x.narrow(1, 8, 16))) + here.Half(x, 2),
        [TensorType.Q8_0] = (here, x) => here.Half(x, 0) * Signed(x.narrow(1, 2, 32)),
        [TensorType.IQ4_NL] = (here, x) => here.Half(x, 0) * here.Nonlinear(Nibbles(x.narrow(1, 2, 16))),
        [TensorType.Q2_K] = (here, x) => here.TwoBits(x),
        [TensorType.Q3_K] = (here, x) => here.ThreeBits(x),
        [TensorType.Q4_K] = (here, x) => here.WithMinimums(x, Pairs(x.narrow(1, 16, 128))),
        [TensorType.Q5_K] = (here, x) => here.WithMinimums(x, Pairs(x.narrow(1, 48, 128)) + (BitPlanes(x.narrow(1, 16, 32), 8) * 16)),
        [TensorType.Q6_K] = (here, x) => here.SixBits(x),
        [TensorType.IQ4_XS] = (here, x) => here.NonlinearInEights(x),
    };

    /// <summary>Every float16 as a float32, by its bits.</summary>
    private readonly Tensor _halves;

    private readonly Tensor _nonlinear;

    /// <param name="device">Where the bytes are.</param>
    public TensorDequantizer(Device device)
    {
        using var scope = NewDisposeScope();
        _halves = tensor([.. Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))]).to(device).DetachFromDisposeScope();
        _nonlinear = tensor(NonlinearValues).to(device).DetachFromDisposeScope();
    }

    /// <summary>Whether a type has a format here.</summary>
    public static bool Knows(TensorType type) => Formats.ContainsKey(type);

    /// <param name="type">Of the bytes; one that is known.</param>
    /// <param name="bytes">[rows, bytes of a row] uint8.</param>
    /// <param name="rowLength">Elements of a row.</param>
    /// <returns>[rows, elements of a row] float32.</returns>
    public Tensor Dequantize(TensorType type, Tensor bytes, long rowLength)
    {
        using var scope = NewDisposeScope();
        var blockBytes = TensorTypes.RowBytes(type, TensorTypes.BlockSize(type));
        return Formats[type](this, bytes.view(-1, blockBytes).to(ScalarType.Int32)).reshape(bytes.shape[0], rowLength).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _halves.Dispose();
        _nonlinear.Dispose();
    }

    /// <returns>[blocks, 1]: the float16 at a byte.</returns>
    private Tensor Half(Tensor x, long at) => _halves.index_select(0, (x.narrow(1, at, 1) + (x.narrow(1, at + 1, 1) * 256)).flatten()).unsqueeze(1);

    private Tensor Nonlinear(Tensor quants) => _nonlinear.index_select(0, quants.flatten()).view(quants.shape);

    private static Tensor Signed(Tensor bytes) => bytes - (bytes.ge(128).to(ScalarType.Int32) * 256);

    private static Tensor Low(Tensor bytes) => bytes.bitwise_and(Number(15));

    private static Tensor Shifted(Tensor bytes, int bits) => bytes.bitwise_right_shift(Number(bits));

    private static Tensor Number(int value) => tensor(value, dtype: ScalarType.Int32);

    /// <returns>All low halves, then all high halves.</returns>
    private static Tensor Nibbles(Tensor bytes) => cat([Low(bytes), Shifted(bytes, 4)], 1);

    /// <summary>Of every 32 bytes the low halves, then the high ones.</summary>
    private static Tensor Pairs(Tensor bytes) => Nibbles(bytes.reshape(-1, 32)).view(-1, SuperBlock);

    /// <returns>Bit 0 of all bytes, then bit 1, and so on.</returns>
    private static Tensor BitPlanes(Tensor bytes, int count) => cat([.. Enumerable.Range(0, count).Select(bit => Shifted(bytes, bit).bitwise_and(Number(1)))], 1);

    /// <summary>Four low bits, and the fifth of all 32 in four bytes.</summary>
    private static Tensor FiveBits(Tensor high, Tensor low) =>
        Nibbles(low) + (stack([.. Enumerable.Range(0, 8).Select(bit => Shifted(high, bit).bitwise_and(Number(1)))], 2).view(-1, 32) * 16);

    /// <summary>Scales [blocks, groups] for values [blocks, 256] in groups of the same size.</summary>
    private static Tensor Each(Tensor scales) => scales.repeat_interleave(SuperBlock / scales.shape[1], 1);

    /// <summary>16 bytes of scale and minimum in four bits each, 64 of quants, two float16.</summary>
    private Tensor TwoBits(Tensor x)
    {
        var scales = x.narrow(1, 0, 16);
        var quants = CrossedPlanes(x.narrow(1, 16, 64), 2);
        return (Each(Half(x, 80) * Low(scales)) * quants) - Each(Half(x, 82) * Shifted(scales, 4));
    }

    /// <summary>32 bytes of third bits, 64 of two bits, 12 of scales in six bits, a float16.</summary>
    private Tensor ThreeBits(Tensor x)
    {
        var quants = CrossedPlanes(x.narrow(1, 32, 64), 2) - ((1 - BitPlanes(x.narrow(1, 0, 32), 8)) * 4);
        var packed = x.narrow(1, 96, 12);
        var high = packed.narrow(1, 8, 4);
        var upper = cat([.. Enumerable.Range(0, 4).Select(pair => Shifted(high, 2 * pair).bitwise_and(Number(3)))], 1);
        var scales = Nibbles(packed.narrow(1, 0, 8)) + (upper * 16) - 32;
        return Each(Half(x, 108) * scales) * quants;
    }

    /// <summary>Of each half of 128 values 32 bytes: their lowest bits of all, then the next, as many as a byte has.</summary>
    private static Tensor CrossedPlanes(Tensor bytes, int bits)
    {
        var halves = bytes.reshape(-1, 32);
        return cat([.. Enumerable.Range(0, 8 / bits).Select(plane => Shifted(halves, bits * plane).bitwise_and(Number((1 << bits) - 1)))], 1).view(-1, SuperBlock);
    }

    /// <summary>Two float16, 12 bytes of eight scales and eight minimums in six bits each.</summary>
    /// <param name="x">Blocks that begin so.</param>
    /// <param name="quants">[blocks, 256].</param>
    private Tensor WithMinimums(Tensor x, Tensor quants)
    {
        var (first, second, last) = (x.narrow(1, 4, 4), x.narrow(1, 8, 4), x.narrow(1, 12, 4));
        var scales = cat([first.bitwise_and(Number(63)), Low(last) + (Shifted(first, 6) * 16)], 1);
        var minimums = cat([second.bitwise_and(Number(63)), Shifted(last, 4) + (Shifted(second, 6) * 16)], 1);
        return (Each(Half(x, 0) * scales) * quants) - Each(Half(x, 2) * minimums);
    }

    /// <summary>128 bytes of low halves, 64 of two upper bits, 16 scales of eight bits, a float16.</summary>
    private Tensor SixBits(Tensor x)
    {
        // Of each half of 128 values: 64 bytes hold the first 64 in their low halves, the others in their high ones.
        var low = Nibbles(x.narrow(1, 0, 128).reshape(-1, 64)).view(-1, SuperBlock);
        var quants = low + (CrossedPlanes(x.narrow(1, 128, 64), 2) * 16) - 32;
        return Each(Half(x, 208) * Signed(x.narrow(1, 192, 16))) * quants;
    }

    /// <summary>A float16, eight scales of six bits in six bytes, 128 of quants.</summary>
    private Tensor NonlinearInEights(Tensor x)
    {
        var high = x.narrow(1, 2, 1) + (x.narrow(1, 3, 1) * 256);
        var low = x.narrow(1, 4, 4);
        var lower = stack([Low(low), Shifted(low, 4)], 2).view(-1, 8);
        var upper = cat([.. Enumerable.Range(0, 8).Select(i => Shifted(high, 2 * i).bitwise_and(Number(3)))], 1);
        var quants = Nibbles(x.narrow(1, 8, 128).reshape(-1, 16)).view(-1, SuperBlock);
        return Each(Half(x, 0) * (lower + (upper * 16) - 32)) * Nonlinear(quants);
    }
}
