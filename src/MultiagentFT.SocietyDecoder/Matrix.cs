namespace MultiagentFT.SocietyDecoder;

/// <summary>A placed matrix.</summary>
/// <param name="Tensor">ggml_tensor [inputs, outputs].</param>
/// <param name="Outputs">Its rows, those of all parts.</param>
internal readonly record struct Matrix(nint Tensor, int Outputs);
