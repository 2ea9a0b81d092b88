using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MultiagentFT.Training.Model;

/// <summary>Float32 to bfloat16 as libtorch rounds it: to nearest, ties to even.</summary>
internal static class BFloat16Rounding
{
    /// <param name="values">No NaN.</param>
    /// <param name="rounded">As many; the upper halves of the rounded floats.</param>
    public static void Round(ReadOnlySpan<float> values, Span<ushort> rounded)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rounded.Length, values.Length);
        ref var source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, uint>(values));
        ref var destination = ref MemoryMarshal.GetReference(rounded);
        var step = 2 * Vector256<uint>.Count;
        var i = 0;
        for (; i + step <= values.Length; i += step)
        {
            var low = Upper(Vector256.LoadUnsafe(ref source, (nuint)i));
            var high = Upper(Vector256.LoadUnsafe(ref source, (nuint)(i + Vector256<uint>.Count)));
            Vector256.Narrow(low, high).StoreUnsafe(ref destination, (nuint)i);
        }
        for (; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            rounded[i] = (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
        }
    }

    private static Vector256<uint> Upper(Vector256<uint> bits) =>
        Vector256.ShiftRightLogical(bits + Vector256.Create(0x7fffu) + (Vector256.ShiftRightLogical(bits, 16) & Vector256<uint>.One), 16);
}
