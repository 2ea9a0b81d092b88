using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>Matrices of a file that are multiplied with the same rows, stored as one where their types agree.</summary>
/// <param name="Parts">Of one row length and one type; their rows follow each other.</param>
internal sealed record MatrixSource(params IReadOnlyList<TensorInfo> Parts)
{
    public TensorType Type => Parts[0].Type;

    public int Inputs => (int)Parts[0].RowLength;

    public int Outputs => (int)Parts.Sum(part => part.Rows);

    public long Bytes => Parts.Sum(part => part.Bytes);

    /// <summary>One source where all types agree, else one for each.</summary>
    public static MatrixSource[] Join(params TensorInfo[] parts) =>
        Array.TrueForAll(parts, part => part.Type == parts[0].Type) ? [new MatrixSource(parts)] : [.. parts.Select(part => new MatrixSource(part))];
}
