namespace MultiagentFT.Gguf;

/// <summary>
/// The order of the rows of a head of queries or keys. In Hugging Face's files row i is rotated with row i + length / 2; in llama.cpp's, of
/// architectures that do not rotate halves, with its neighbour: row (half, i) of the former is row 2·i + half of the latter.
/// </summary>
internal static class RotaryRows
{
    /// <summary>Hugging Face's order made llama.cpp's.</summary>
    /// <param name="values">Row-major; whole heads.</param>
    /// <param name="headLength">Rows of a head; even.</param>
    /// <param name="width">Values of a row.</param>
    public static float[] ToNeighbours(float[] values, int headLength, int width) => Moved(values, headLength, width, toNeighbours: true);

    /// <summary>llama.cpp's order made Hugging Face's.</summary>
    /// <inheritdoc cref="ToNeighbours" path="/param"/>
    public static float[] ToHalves(float[] values, int headLength, int width) => Moved(values, headLength, width, toNeighbours: false);

    private static float[] Moved(float[] values, int headLength, int width, bool toNeighbours)
    {
        var moved = new float[values.Length];
        var half = headLength / 2;
        for (var row = 0; row < values.Length / width; row++)
        {
            var (head, place) = (row / headLength, row % headLength);
            var neighbours = (head * headLength) + (2 * (place % half)) + (place / half);
            var (from, to) = toNeighbours ? (row, neighbours) : (neighbours, row);
            values.AsSpan(from * width, width).CopyTo(moved.AsSpan(to * width, width));
        }
        return moved;
    }
}
