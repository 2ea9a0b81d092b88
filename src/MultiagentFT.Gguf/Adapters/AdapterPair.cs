namespace MultiagentFT.Gguf;

/// <summary>The two factors of one tensor's change: W becomes W + (alpha / rank) · B · A.</summary>
/// <param name="BaseTensor">Name of the tensor that is changed, of ggml shape [in, out].</param>
/// <param name="A">Shape [in, rank]; of the token embedding [rank, out].</param>
/// <param name="B">Shape [rank, out]; of the token embedding [rank, in].</param>
/// <param name="Rank">At least 1; pairs of one adapter may differ.</param>
public sealed record AdapterPair(string BaseTensor, TensorInfo A, TensorInfo B, int Rank)
{
    /// <summary>Whether it changes the token embedding, whose rows are looked up: its factors are the other way round, ΔW = (alpha / rank) · A · Bᵀ.</summary>
    public bool IsEmbedding => BaseTensor == AdapterKeys.Embedding;

    /// <summary>Row length of the base tensor.</summary>
    public long InputLength => IsEmbedding ? B.Shape[1] : A.Shape[0];

    /// <summary>Rows of the base tensor.</summary>
    public long OutputLength => IsEmbedding ? A.Shape[1] : B.Shape[1];
}
