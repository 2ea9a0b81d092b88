using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>mft_norm: sum = x + added; y = sum / rms(sum) · weight, scale = 1 / rms(sum).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NormArguments
{
    /// <summary>[rows, width] float32.</summary>
    public nint X;

    /// <summary>[rows, width] in the type of products; 0 adds nothing, and the sum is not written.</summary>
    public nint Added;

    /// <summary>[rows, width] float32; may be x.</summary>
    public nint Sum;

    /// <summary>[width] float32; 0: nothing is normed.</summary>
    public nint Weight;

    /// <summary>[rows, width] in the type of products.</summary>
    public nint Y;

    /// <summary>[rows] float32.</summary>
    public nint Scale;

    public long Rows;
    public long Width;
    public float Epsilon;
    public KernelValue Type;
}
