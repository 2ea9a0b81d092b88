using System.Collections.Frozen;
using System.Runtime.InteropServices;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// Finds numbers that are not finite: one of them makes every answer NaN, or garbage where a kernel rounds it. Of block types the
/// scales are looked at, as all other bits are integers.
/// </summary>
public static class WeightCheck
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Where in a block its float16 scales are.</summary>
    private static readonly FrozenDictionary<TensorType, int[]> Scales = new Dictionary<TensorType, int[]>
    {
        [TensorType.Q4_0] = [0],
        [TensorType.Q4_1] = [0, 2],
        [TensorType.Q5_0] = [0],
        [TensorType.Q5_1] = [0, 2],
        [TensorType.Q8_0] = [0],
        [TensorType.Q2_K] = [80, 82],
        [TensorType.Q3_K] = [108],
        [TensorType.Q4_K] = [0, 2],
        [TensorType.Q5_K] = [0, 2],
        [TensorType.Q6_K] = [208],
        [TensorType.IQ2_XXS] = [0],
        [TensorType.IQ2_XS] = [0],
        [TensorType.IQ3_XXS] = [0],
        [TensorType.IQ1_S] = [0],
        [TensorType.IQ4_NL] = [0],
        [TensorType.IQ3_S] = [0],
        [TensorType.IQ2_S] = [0],
        [TensorType.IQ4_XS] = [0],
        [TensorType.TQ1_0] = [52],
        [TensorType.TQ2_0] = [64],
        [TensorType.Q1_0] = [0],
        [TensorType.Q2_0] = [0],
    }.ToFrozenDictionary();

    /// <summary>Reads every tensor of a model once.</summary>
    /// <exception cref="InputException">A weight is NaN or infinite; the message names its tensor.</exception>
    public static void Run(ModelFile model)
    {
        foreach (var tensor in model.File.Tensors) Run(model.File, tensor);
    }

    /// <summary>The first element or block of some stored values that is not finite; −1 where all are.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="data">Whole blocks.</param>
    public static long FirstNonFinite(TensorType type, ReadOnlySpan<byte> data) => type switch
    {
        TensorType.F32 => FirstWith(MemoryMarshal.Cast<byte, uint>(data), 0x7f80_0000u),
        TensorType.F16 => FirstWith(MemoryMarshal.Cast<byte, ushort>(data), (ushort)0x7c00),
        TensorType.BF16 => FirstWith(MemoryMarshal.Cast<byte, ushort>(data), (ushort)0x7f80),
        TensorType.F64 => FirstWith(MemoryMarshal.Cast<byte, ulong>(data), 0x7ff0_0000_0000_0000UL),
        TensorType.IQ1_M => FirstBlock(type, data, IsBadScaleOfParts),
        TensorType.MXFP4 => FirstBlock(type, data, static (block, _) => block[0] == byte.MaxValue),
        _ when Scales.TryGetValue(type, out var places) => FirstBlock(type, data, IsBadScale, places),
        _ => -1,
    };

    private static void Run(GgufFile file, TensorInfo tensor)
    {
        var blockBytes = TensorTypes.BlockBytes(tensor.Type);
        var buffer = new byte[(int)Math.Min(tensor.Bytes, ChunkBytes / blockBytes * blockBytes)];
        for (long done = 0; done < tensor.Bytes; done += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Bytes - done));
            file.Read(tensor, done, part);
            if (FirstNonFinite(tensor.Type, part) is >= 0 and var at)
            {
                var index = ((done / blockBytes) + at) * TensorTypes.BlockSize(tensor.Type);
                throw new InputException(file.Path, $"{tensor.Name}[{index}]", "a finite number", "NaN or infinity");
            }
        }
    }

    /// <summary>The first number whose exponent has all bits set.</summary>
    private static long FirstWith<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var width = System.Numerics.Vector<T>.Count;
        var mask = new System.Numerics.Vector<T>(exponent);
        var i = 0;
        for (; i + width <= values.Length; i += width)
        {
            if (System.Numerics.Vector.EqualsAny(new System.Numerics.Vector<T>(values[i..]) & mask, mask)) break;
        }
        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent) return i;
        }
        return -1;
    }

    private static long FirstBlock(TensorType type, ReadOnlySpan<byte> data, BlockTest isBad, int[]? places = null)
    {
        var bytes = TensorTypes.BlockBytes(type);
        for (var i = 0; i < data.Length / bytes; i++)
        {
            if (isBad(data.Slice(i * bytes, bytes), places ?? [])) return i;
        }
        return -1;
    }

    private static bool IsBadScale(ReadOnlySpan<byte> block, int[] places)
    {
        foreach (var place in places)
        {
            if (!IsFiniteHalf(MemoryMarshal.Read<ushort>(block[place..]))) return true;
        }
        return false;
    }

    /// <summary>IQ1_M spreads its scale over the upper four bits of the last four 16-bit words.</summary>
    private static bool IsBadScaleOfParts(ReadOnlySpan<byte> block, int[] places)
    {
        var parts = MemoryMarshal.Cast<byte, ushort>(block[48..]);
        return !IsFiniteHalf((ushort)((parts[0] >> 12) | ((parts[1] >> 8) & 0xf0) | ((parts[2] >> 4) & 0xf00) | (parts[3] & 0xf000)));
    }

    private static bool IsFiniteHalf(ushort bits) => (bits & 0x7c00) != 0x7c00;

    private delegate bool BlockTest(ReadOnlySpan<byte> block, int[] places);
}
