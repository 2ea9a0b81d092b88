namespace MultiagentFT.Contracts.Generation;

/// <summary>What a loaded model says of itself.</summary>
/// <param name="Path">The GGUF file; for a remote model its name with the prefix of <see cref="RemoteModel"/>. Of those nothing else than the name is known: their numbers are 0.</param>
/// <param name="Name"><c>general.name</c>, or the file's name.</param>
/// <param name="Architecture"><c>general.architecture</c>, such as <c>llama</c>.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="WeightBytes">Bytes of all tensors.</param>
/// <param name="ContextLength">Tokens the model was trained for.</param>
/// <param name="VocabularySize">Number of tokens.</param>
public sealed record ModelDescription(
    string Path, string Name, string Architecture, long Parameters, long WeightBytes, int ContextLength, int VocabularySize);
