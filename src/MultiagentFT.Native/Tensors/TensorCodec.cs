using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Tensors;

/// <summary>
/// Converts between ggml's tensor types and float. Block types go through ggml itself, so they agree with it bit for bit.
/// </summary>
public static unsafe class TensorCodec
{
    /// <summary>Types that <see cref="Quantize"/> can write without an importance matrix, floats included.</summary>
    public static IReadOnlyList<TensorType> QuantizableTypes { get; } =
    [
        TensorType.F32, TensorType.F16, TensorType.BF16,
        TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q8_0,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K,
        TensorType.IQ3_XXS, TensorType.IQ3_S, TensorType.IQ2_S, TensorType.IQ4_NL, TensorType.IQ4_XS,
        TensorType.TQ1_0, TensorType.TQ2_0, TensorType.MXFP4,
        TensorType.NVFP4, TensorType.Q1_0, TensorType.Q2_0,
    ];

    /// <summary>The values of a tensor, or of some of its rows.</summary>
    /// <param name="type">How <paramref name="data"/> is stored.</param>
    /// <param name="data">Exactly the bytes of <paramref name="elements"/> elements.</param>
    /// <param name="elements">Number of values; whole blocks.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    /// <exception cref="InputException">The type holds no floats (integers), or activations only (Q8_1, Q8_K).</exception>
    public static float[] Dequantize(TensorType type, ReadOnlySpan<byte> data, long elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elements, Array.MaxLength);
        CheckBytes(type, data.Length, elements);
        var values = new float[elements];
        Dequantize(type, data, values);
        return values;
    }

    /// <summary>Fills <paramref name="values"/> from exactly as many stored elements.</summary>
    /// <inheritdoc cref="Dequantize(TensorType, ReadOnlySpan{byte}, long)" path="/exception"/>
    public static void Dequantize(TensorType type, ReadOnlySpan<byte> data, Span<float> values)
    {
        CheckBytes(type, data.Length, values.Length);
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.Cast<byte, float>(data).CopyTo(values);
                break;
            case TensorType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(data), values);
                break;
            case TensorType.BF16:
                var halves = MemoryMarshal.Cast<byte, ushort>(data);
                for (var i = 0; i < halves.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                break;
            default:
                DequantizeBlocks(type, data, values);
                break;
        }
    }

    /// <summary>Stores rows of values, rounding to nearest as ggml does.</summary>
    /// <param name="type">One of <see cref="QuantizableTypes"/>.</param>
    /// <param name="values">Finite numbers, whole rows.</param>
    /// <param name="rowLength">Elements of a row; whole blocks.</param>
    /// <exception cref="ArgumentException">
    /// The values do not fill whole rows, the rows no whole blocks, or a value is not finite.
    /// </exception>
    /// <exception cref="InputException">ggml cannot quantize to this type, or only with an importance matrix.</exception>
    public static byte[] Quantize(TensorType type, ReadOnlySpan<float> values, long rowLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowLength);
        RequireQuantizable(type);
        if (values.Length % rowLength != 0)
            throw new ArgumentException($"{values.Length} values are not whole rows of {rowLength}.", nameof(values));
        var data = new byte[checked(TensorTypes.RowBytes(type, rowLength) * (values.Length / rowLength))];
        if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var bad)
            throw new ArgumentException($"value {bad} is not finite: {values[bad]}", nameof(values));
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.AsBytes(values).CopyTo(data);
                break;
            case TensorType.F16:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(data.AsSpan()));
                break;
            case TensorType.BF16:
                var halves = MemoryMarshal.Cast<byte, ushort>(data.AsSpan());
                for (var i = 0; i < values.Length; i++) halves[i] = RoundToBFloat16(values[i]);
                break;
            default:
                QuantizeBlocks(type, values, rowLength, data);
                break;
        }
        return data;
    }

    /// <summary>Nearest bfloat16, ties to even, of a finite value.</summary>
    private static ushort RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    private static void DequantizeBlocks(TensorType type, ReadOnlySpan<byte> data, Span<float> values)
    {
        var traits = Traits(type);
        if (!TensorTypes.IsWeight(type) || traits->ToFloat is null)
            throw new InputException("tensor type", null, "a float or weight type", TensorTypes.Name(type));
        if (values.IsEmpty) return;
        fixed (byte* source = data)
        fixed (float* destination = values)
            traits->ToFloat(source, destination, values.Length);
    }

    private static void QuantizeBlocks(TensorType type, ReadOnlySpan<float> values, long rowLength, byte[] data)
    {
        _ = Traits(type);
        if (values.IsEmpty) return;
        GgmlMethods.QuantizeInit((int)type);
        nuint written;
        fixed (float* source = values)
        fixed (byte* destination = data)
            written = GgmlMethods.Quantize((int)type, source, destination, 0, values.Length / rowLength, rowLength, null);
        if (written != (nuint)data.Length)
            throw new InvalidOperationException($"ggml wrote {written} bytes of {TensorTypes.Name(type)} where {data.Length} were due");
    }

    private static void RequireQuantizable(TensorType type)
    {
        if (QuantizableTypes.Contains(type)) return;
        var names = string.Join(", ", QuantizableTypes.Select(TensorTypes.Name));
        throw new InputException(
            "tensor type", null, $"a type that can be quantized to without an importance matrix ({names})", TensorTypes.Name(type));
    }

    /// <summary>ggml's own description of a type, whose block size has to be the one that files are read with.</summary>
    /// <exception cref="InputException">This version of ggml is older than the type.</exception>
    private static TypeTraits* Traits(TensorType type)
    {
        var library = GgmlLibrary.Instance;
        if (!TypeTraitsCheck.IsKnown(type))
            throw new InputException(library.Folder, "ggml_type_traits", $"{TensorTypes.Name(type)}, as llama.cpp v{LlamaLibrary.PinnedVersion} has it", "an older version without it");
        var traits = GgmlMethods.TypeTraits((int)type);
        if (traits->BlockLength != TensorTypes.BlockSize(type) || traits->BlockBytes != (nuint)TensorTypes.BlockBytes(type))
            throw new InvalidOperationException($"ggml stores {TensorTypes.Name(type)} in blocks of another size");
        return traits;
    }

    private static void CheckBytes(TensorType type, int bytes, long elements)
    {
        var expected = TensorTypes.RowBytes(type, elements);
        if (bytes != expected)
            throw new ArgumentException($"{elements} elements of {TensorTypes.Name(type)} take {expected} bytes, not {bytes}.");
    }
}
