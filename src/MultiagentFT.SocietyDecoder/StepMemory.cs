using MultiagentFT.Native.Ggml;

namespace MultiagentFT.SocietyDecoder;

/// <summary>
/// Memory of a step's activations for as many rows as a batch can have. Every block uses the same places, as does every
/// graph: only one of them runs at a time.
/// </summary>
internal sealed unsafe class StepMemory : IDisposable
{
    private readonly DeviceBuffer _buffer;

    /// <exception cref="OutOfMemoryException">The backend has not as much.</exception>
    public StepMemory(SocietyShape shape, int rows)
    {
        _buffer = new DeviceBuffer(CpuDevice.Instance.Memory, (nuint)BytesOf(shape, rows));
        Residual = Take(shape.Embedding);
        Selected = Take(shape.Embedding);
        Normed = Take(shape.Embedding);
        Heads = Take(shape.Queries + (2 * shape.Keys));
        Mixed = Take(shape.Queries);
        Projected = Take(shape.Embedding);
        GateUp = Take(2 * shape.FeedForward);
        Hidden = Take(shape.FeedForward);
        Logits = Take(shape.Vocabulary);

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

    /// <summary>[rows, embedding]: what a layer adds to the residual stream.</summary>
    public float* Projected { get; }

    /// <summary>Gate and up.</summary>
    public float* GateUp { get; }

    /// <summary>[rows, feed-forward].</summary>
    public float* Hidden { get; }

    /// <summary>[outputs, vocabulary].</summary>
    public float* Logits { get; }

    public static long BytesOf(SocietyShape shape, int rows)
    {
        // Nine places, each padded to a cache line at most.
        var width = (4L * shape.Embedding) + (2L * shape.Queries) + (2L * shape.Keys) + (3L * shape.FeedForward) + shape.Vocabulary;
        return (width * rows * sizeof(float)) + (9 * 128);
    }

    /// <summary>Puts a tensor at one of the places.</summary>
    public nint At(nint tensor, float* place)
    {
        _buffer.Place(tensor, place);
        return tensor;
    }

    public void Dispose() => _buffer.Dispose();
}
