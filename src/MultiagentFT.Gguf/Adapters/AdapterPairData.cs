namespace MultiagentFT.Gguf;

/// <summary>The trained factors of one linear layer.</summary>
/// <param name="BaseTensor">Name of the base tensor, of ggml shape [in, out].</param>
/// <param name="Rank">At least 1.</param>
/// <param name="A">rank × in numbers, row-major [rank][in].</param>
/// <param name="B">out × rank numbers, row-major [out][rank].</param>
public sealed record AdapterPairData(string BaseTensor, int Rank, float[] A, float[] B);
