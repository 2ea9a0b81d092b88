namespace MultiagentFT.Gguf;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Unique in the file, at most 63 bytes of UTF-8.</param>
/// <param name="Type">How <paramref name="Data"/> stores the elements.</param>
/// <param name="Shape">One to four lengths in ggml's order: the row length first.</param>
/// <param name="Data">Called once, when this tensor is written, so that one tensor at a time is in memory.</param>
public sealed record TensorSource(string Name, TensorType Type, IReadOnlyList<long> Shape, Func<ReadOnlyMemory<byte>> Data);
