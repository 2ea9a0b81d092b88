namespace MultiagentFT.Gguf;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Unique in the file, at most 63 bytes of UTF-8.</param>
/// <param name="Type">How <paramref name="Data"/> stores the elements.</param>
/// <param name="Shape">One to four lengths in ggml's order: the row length first.</param>
/// <param name="Data">Called once, when this tensor is written, so that one tensor at a time is in memory.</param>
public sealed record TensorSource(string Name, TensorType Type, IReadOnlyList<long> Shape, Func<ReadOnlyMemory<byte>> Data)
{
    /// <summary>The data one after the other, each piece valid until the next is asked for: a part of a tensor at a time is in memory.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Pieces => InOrder ?? One(Data);

    private IEnumerable<ReadOnlyMemory<byte>>? InOrder { get; init; }

    /// <summary>A tensor whose data come in pieces.</summary>
    /// <param name="name">As of a tensor in one piece.</param>
    /// <param name="type">As of a tensor in one piece.</param>
    /// <param name="shape">As of a tensor in one piece.</param>
    /// <param name="pieces">Enumerated once, when this tensor is written; each valid until the next is asked for.</param>
    public static TensorSource InPieces(string name, TensorType type, IReadOnlyList<long> shape, IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        new(name, type, shape, () => throw new InvalidOperationException($"{name} comes in pieces")) { InOrder = pieces };

    private static IEnumerable<ReadOnlyMemory<byte>> One(Func<ReadOnlyMemory<byte>> data)
    {
        yield return data();
    }
}
