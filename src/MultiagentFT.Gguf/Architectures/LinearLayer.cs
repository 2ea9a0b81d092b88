namespace MultiagentFT.Gguf;

/// <summary>A linear layer of a block, or several in one matrix: what an adapter can be put on.</summary>
/// <param name="Targets">As training options name them: q, k, v, o, gate, up or down; in the order of the matrix's rows.</param>
/// <param name="Name">As GGUF files name it, such as <c>attn_q</c>.</param>
/// <param name="Inputs">Width of what it reads.</param>
/// <param name="Outputs">Width of what it gives.</param>
public sealed record LinearLayer(IReadOnlyList<string> Targets, string Name, int Inputs, int Outputs);
