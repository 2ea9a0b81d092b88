namespace MultiagentFT.Decoder.Ggml;

/// <summary>The factors of all adapters for one linear layer, padded with zeroes to one rank; those of index 0 are zeroes.</summary>
/// <param name="A">ggml_tensor [inputs, rank, capacity].</param>
/// <param name="B">ggml_tensor [rank, outputs, capacity], alpha / rank included.</param>
/// <param name="Inputs">Of the layer.</param>
/// <param name="Outputs">Of the layer.</param>
/// <param name="Rank">The padded one.</param>
internal sealed record AdapterStack(nint A, nint B, int Inputs, int Outputs, int Rank);
