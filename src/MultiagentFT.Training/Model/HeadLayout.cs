using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>How rows become heads and back.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Positions of each.</param>
/// <param name="Count">Heads of a row.</param>
/// <param name="Group">Times that each is there, for as many heads of queries.</param>
/// <param name="Width">Elements of a head.</param>
internal readonly record struct HeadLayout(long Batch, long Length, long Count, long Group, long Width)
{
    /// <summary>Cosine and sine [length, turned / 2, 2] float32; null where positions turn nothing.</summary>
    public Tensor? Turns { get; init; }

    /// <summary>Elements of a head that are turned.</summary>
    public long Turned { get; init; }

    /// <summary>Whether a pair is the elements i and i + turned / 2, else 2i and 2i + 1.</summary>
    public bool Halves { get; init; }

    public float Factor { get; init; } = 1;
}
