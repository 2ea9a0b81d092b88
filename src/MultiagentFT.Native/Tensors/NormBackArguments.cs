using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>mft_norm_back: gradient += that of x by y's.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NormBackArguments
{
    /// <summary>[rows, width] float32.</summary>
    public nint X;

    /// <summary>[width] float32.</summary>
    public nint Weight;

    /// <summary>[rows] float32, as the norm gave it.</summary>
    public nint Scale;

    /// <summary>Gradient of y [rows, width] in the type of products.</summary>
    public nint Y;

    /// <summary>[rows, width] float32.</summary>
    public nint Gradient;

    /// <summary>Becomes the new gradient in the type of products, [rows, width]; or 0.</summary>
    public nint Narrow;

    public long Rows;
    public long Width;
    public KernelValue Type;
}
