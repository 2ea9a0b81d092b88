using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>mft_swiglu: y = silu(gate) · up; on the way back gate and up become their gradients.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SwiGluArguments
{
    /// <summary>[rows, stride], of which the first width are meant.</summary>
    public nint Gate;

    /// <summary>The same.</summary>
    public nint Up;

    /// <summary>[rows, width]; on the way back its gradient.</summary>
    public nint Y;

    public long Rows;
    public long Width;

    /// <summary>Elements of gate and up from one row to the next.</summary>
    public long Stride;

    public KernelValue Type;
}
