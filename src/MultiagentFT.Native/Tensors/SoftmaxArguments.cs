using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>mft_softmax: causal, over the last dimension of [matrices, length, length].</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SoftmaxArguments
{
    /// <summary>Scores, which become weights; on the way back gradients of weights, which become those of scores.</summary>
    public nint Scores;

    /// <summary>On the way back.</summary>
    public nint Weights;

    public long Matrices;
    public long Length;
    public KernelValue Type;
}
