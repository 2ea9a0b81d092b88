namespace MultiagentFT.Gguf;

/// <summary>The two factors of one tensor's change: W becomes W + (alpha / rank) · B · A.</summary>
/// <param name="BaseTensor">Name of the tensor that is changed, of ggml shape [in, out].</param>
/// <param name="A">Shape [in, rank].</param>
/// <param name="B">Shape [rank, out].</param>
/// <param name="Rank">At least 1; pairs of one adapter may differ.</param>
public sealed record AdapterPair(string BaseTensor, TensorInfo A, TensorInfo B, int Rank)
{
    /// <summary>Row length of the base tensor.</summary>
    public long InputLength => A.Shape[0];

    /// <summary>Rows of the base tensor.</summary>
    public long OutputLength => B.Shape[1];
}
