using System.Runtime;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// Keeps the garbage collector still during a training step. TorchSharp 0.107 passes numbers to libtorch as wrapped scalars
/// and does not keep the wrapper alive during the call: a collection in that moment frees what libtorch is reading
/// ("INTERNAL ASSERT FAILED at Scalar.h", seen once, after 2 200 steps; benchmarks/LOG.md). Between two steps collections are harmless.
/// </summary>
public sealed class CollectionPause : IDisposable
{
    /// <summary>Managed bytes that a step may allocate; it takes a small part of them.</summary>
    private const long Budget = 64L << 20;
    private static readonly Lock Gate = new();
    private static int _pauses;

    private CollectionPause()
    {
    }

    /// <summary>Until the result is disposed, nothing is collected. Pauses of several threads overlap.</summary>
    public static CollectionPause Start()
    {
        lock (Gate)
        {
            if (_pauses++ == 0 && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion) GC.TryStartNoGCRegion(Budget);
        }
        return new CollectionPause();
    }

    public void Dispose()
    {
        lock (Gate)
        {
            // A step that outgrew the budget has already ended the pause.
            if (--_pauses == 0 && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        }
    }
}
