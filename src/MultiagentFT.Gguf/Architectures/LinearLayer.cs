namespace MultiagentFT.Gguf;

/// <summary>A linear layer of a block: what an adapter can be put on.</summary>
/// <param name="Target">As training options name it: q, k, v, o, gate, up or down.</param>
/// <param name="Name">As GGUF files name it, such as <c>attn_q</c>.</param>
/// <param name="Inputs">Width of what it reads.</param>
/// <param name="Outputs">Width of what it gives.</param>
public sealed record LinearLayer(string Target, string Name, int Inputs, int Outputs);
