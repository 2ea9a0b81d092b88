using MultiagentFT.Decoder.Shared;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>
/// Memory of a step's activations for as many rows as a batch can have. Every block uses the same places, as does every
/// graph: only one of them runs at a time.
/// </summary>
internal sealed unsafe class StepMemory : IDisposable
{
    /// <summary>Values of a row in one cell.</summary>
    private const int CellValues = 32;

    /// <summary>Targets that read the same input: queries, keys and values at most.</summary>
    private const int ProjectedWidth = 3 * DecoderPair.MostRank;

    private readonly DeviceBuffer _buffer;
    private readonly NativeBlock _cells;

    /// <exception cref="OutOfMemoryException">The backend has not as much.</exception>
    public StepMemory(ModelShape shape, int rows)
    {
        _cells = new NativeBlock(CellBytesOf(shape, rows));
        NormedCells = (DecoderCell*)_cells.Start;
        MixedCells = NormedCells + Cells(shape.Embedding, rows);
        HiddenCells = MixedCells + Cells(shape.Queries, rows);
        _buffer = new DeviceBuffer(CpuDevice.Instance.Memory, (nuint)FloatBytesOf(shape, rows));
        Residual = Take(shape.Embedding);
        Selected = Take(shape.Embedding);
        Normed = Take(shape.Embedding);
        Heads = Take(shape.Queries + (2 * shape.Keys));
        Mixed = Take(shape.Queries);
        Added = Take(shape.Embedding);
        GateUp = Take(2 * shape.FeedForward);
        Hidden = Take(shape.FeedForward);
        Logits = Take(shape.Vocabulary);
        Projected = Take(ProjectedWidth);

        float* Take(int width) => (float*)_buffer.Take((nuint)width * (nuint)rows * sizeof(float));
    }

    /// <summary>[rows, embedding]: the residual stream.</summary>
    public float* Residual { get; }

    /// <summary>[outputs, embedding]: the residual stream of the last block.</summary>
    public float* Selected { get; }

    /// <summary>[rows, embedding].</summary>
    public float* Normed { get; }

    /// <summary>Queries, keys and values.</summary>
    public float* Heads { get; }

    /// <summary>[rows, queries]: what attention gives.</summary>
    public float* Mixed { get; }

    /// <summary>[rows, embedding]: what attention or the feed-forward layer adds to the residual stream.</summary>
    public float* Added { get; }

    /// <summary>Gate and up.</summary>
    public float* GateUp { get; }

    /// <summary>[rows, feed-forward].</summary>
    public float* Hidden { get; }

    /// <summary>[outputs, vocabulary].</summary>
    public float* Logits { get; }

    /// <summary>[rows, 3, most ranks]: A x of the adapters' pairs that read the same input.</summary>
    public float* Projected { get; }

    /// <summary>Normed rows in 8 bits, [embedding / 32, rows].</summary>
    public DecoderCell* NormedCells { get; }

    /// <summary>[queries / 32, rows].</summary>
    public DecoderCell* MixedCells { get; }

    /// <summary>[feed-forward / 32, rows].</summary>
    public DecoderCell* HiddenCells { get; }

    /// <summary>Bytes for a model of this shape and at most this many rows a step.</summary>
    public static long BytesOf(ModelShape shape, int rows) => FloatBytesOf(shape, rows) + CellBytesOf(shape, rows);

    /// <summary>Puts a tensor at one of the places.</summary>
    public nint At(nint tensor, float* place)
    {
        _buffer.Place(tensor, place);
        return tensor;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _cells.Dispose();
    }

    private static long FloatBytesOf(ModelShape shape, int rows)
    {
        // Ten places, each padded to a cache line at most.
        var width = (4L * shape.Embedding) + (2L * shape.Queries) + (2L * shape.Keys) + (3L * shape.FeedForward) + shape.Vocabulary + ProjectedWidth;
        return (width * rows * sizeof(float)) + (10 * 128);
    }

    private static long CellBytesOf(ModelShape shape, int rows) =>
        (Cells(shape.Embedding, rows) + Cells(shape.Queries, rows) + Cells(shape.FeedForward, rows)) * sizeof(DecoderCell);

    private static long Cells(int width, int rows) => (width + CellValues - 1L) / CellValues * rows;
}
