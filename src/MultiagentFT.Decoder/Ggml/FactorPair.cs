namespace MultiagentFT.Decoder.Ggml;

/// <summary>An adapter's change of one linear layer, as it is stored on the device but for the padding.</summary>
/// <param name="Inputs">Of the layer.</param>
/// <param name="Outputs">Of the layer.</param>
/// <param name="Rank">1 or more.</param>
/// <param name="A">[inputs, rank].</param>
/// <param name="B">[rank, outputs], alpha / rank included.</param>
internal sealed record FactorPair(int Inputs, int Outputs, int Rank, byte[] A, byte[] B);
