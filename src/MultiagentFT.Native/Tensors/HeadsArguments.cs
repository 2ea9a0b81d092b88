using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>
/// mft_heads: between rows [batch · length, stride] and heads [batch, count · group, length, width], all in the type of products. Each head of the rows is there
/// group times; on the way back these are added up.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct HeadsArguments
{
    public nint Rows;
    public nint Heads;

    /// <summary>[count · width] float32, added to rows; or 0. Has no part on the way back.</summary>
    public nint Bias;

    /// <summary>Cosine and sine [length, turned / 2, 2] float32, or 0: nothing is turned.</summary>
    public nint Turns;

    public long Batch;
    public long Length;
    public long Count;
    public long Group;

    /// <summary>At most <see cref="BlockKernels.WidestHead"/>.</summary>
    public long Width;

    /// <summary>Elements of a head that positions turn; even.</summary>
    public long Turned;

    /// <summary>Elements from one row to the next.</summary>
    public long Stride;

    /// <summary>1: a pair is the elements i and i + turned / 2; 0: 2i and 2i + 1.</summary>
    public int Halves;

    /// <summary>Of all elements, after they are turned.</summary>
    public float Factor;

    public KernelValue Type;
}
