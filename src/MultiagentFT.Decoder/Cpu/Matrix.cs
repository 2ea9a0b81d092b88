using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>A placed matrix: multiplied by ggml or by this project's kernels.</summary>
/// <param name="tensor">ggml_tensor [inputs, outputs]; 0 where the kernels multiply.</param>
/// <param name="packed">In panels; null where ggml multiplies.</param>
/// <param name="outputs">Its rows, those of all parts.</param>
internal readonly unsafe struct Matrix(nint tensor, DecoderMatrix* packed, int outputs)
{
    public nint Tensor { get; } = tensor;

    public DecoderMatrix* Packed { get; } = packed;

    public int Outputs { get; } = outputs;

    /// <summary>Whether this project's kernels multiply it.</summary>
    public bool IsPacked => Packed is not null;

    /// <summary>Whether rows are wanted in 8 bits.</summary>
    public bool TakesCells => IsPacked && PackedFormat.IsQuantized(Packed->Format);
}
