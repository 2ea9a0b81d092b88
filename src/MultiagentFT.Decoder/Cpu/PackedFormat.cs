using System.Runtime.InteropServices;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Which types of weights this project's own kernels multiply, and as what.</summary>
internal static class PackedFormat
{
    /// <summary>The kernels' formats in their order.</summary>
    private static readonly TensorType[] Formats =
        [TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q4_0, TensorType.Q8_0, TensorType.Q4_K, TensorType.Q6_K];

    /// <summary>Formats from here on take rows in 8 bits.</summary>
    private const int FirstQuantized = 3;

    /// <summary>
    /// Types that ggml, on x86-64 and out of memory that is not repacked, multiplies row by row: a row's product does not depend
    /// on the others. Found by test (DeterminismTests); others, such as IQ4_NL, do not have it.
    /// </summary>
    private static readonly TensorType[] RowByRow =
        [TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q2_K, TensorType.Q3_K, TensorType.Q5_K];

    /// <summary>Whether products with a type can be kept from depending, bit for bit, on the rows beside each.</summary>
    public static bool CanBeDeterministic(TensorType type, int inputs) =>
        Of(type, inputs) >= 0 || (RuntimeInformation.ProcessArchitecture == Architecture.X64 && RowByRow.Contains(type));

    /// <summary>The format of a type; -1 where ggml multiplies it.</summary>
    public static int Of(TensorType type, int inputs)
    {
        var format = Array.IndexOf(Formats, type);
        return format >= 0 && DecoderMethods.Multiplies(format) != 0 && DecoderMethods.PanelBytes(format, inputs) > 0 ? format : -1;
    }

    /// <summary>Whether products with this format take rows in 8 bits.</summary>
    public static bool IsQuantized(int format) => format >= FirstQuantized;
}
