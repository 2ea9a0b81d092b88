namespace MultiagentFT.Gguf;

/// <summary>One entry of a safetensors header.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Type">F32, F16 or BF16.</param>
/// <param name="Shape">Row-major: the row length last. Each length at least 1; at least one.</param>
/// <param name="Offset">Bytes from the end of the header.</param>
/// <param name="Bytes">Size of the data.</param>
public sealed record SafetensorsTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>Product of the shape.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>The shape as messages show it: <c>[out, in]</c>.</summary>
    public string ShapeText => TensorInfo.FormatShape(Shape);
}
