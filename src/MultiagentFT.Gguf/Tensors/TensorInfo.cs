namespace MultiagentFT.Gguf;

/// <summary>One entry of a file's tensor directory.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Type">How the elements are stored.</param>
/// <param name="Shape">One to four lengths in ggml's order: the row length first.</param>
/// <param name="Offset">Bytes from the start of the data section.</param>
/// <param name="Bytes">Size of the data without padding.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>Which file of a model in several has it, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Product of the shape.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <summary>Elements of a row.</summary>
    public long RowLength => Shape[0];

    /// <summary>Number of rows over all further dimensions.</summary>
    public long Rows => Elements / Shape[0];

    /// <summary>The shape as messages show it: <c>[in, out]</c>.</summary>
    public string ShapeText => FormatShape(Shape);

    internal static string FormatShape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
