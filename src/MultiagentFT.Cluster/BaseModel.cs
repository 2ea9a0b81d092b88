namespace MultiagentFT.Cluster;

/// <summary>A base model on this machine.</summary>
/// <param name="Sha256">Hash of the file, lower-case hexadecimal.</param>
/// <param name="Path">The GGUF file, absolute.</param>
/// <param name="Name">For people.</param>
public sealed record BaseModel(string Sha256, string Path, string Name);
