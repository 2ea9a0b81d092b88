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

    /// <summary>
    /// Managed bytes after which new pauses wait until all running ones have ended, so that pauses that always overlap are no endless one, and after which garbage is
    /// collected before the next: with every wrapper in it goes native memory that the collector knows nothing of, hundreds of times as much (0.4 MB a step of a small
    /// training). That a region without collections begins counts as one and collects nothing.
    /// </summary>
    private const long Renewal = Budget / 16;

    private static readonly object Gate = new();
    private static int _pauses;
    private static long _allocated;

    /// <summary>Pauses of this thread: one within another waits for nobody.</summary>
    [ThreadStatic]
    private static int _depth;

    private CollectionPause()
    {
    }

    /// <summary>Until the result is disposed, on the same thread, nothing is collected. Pauses of several threads overlap.</summary>
    public static CollectionPause Start()
    {
        lock (Gate)
        {
            while (_depth == 0 && _pauses > 0 && GC.GetTotalAllocatedBytes() - _allocated > Renewal) Monitor.Wait(Gate);
            _depth++;
            if (_pauses++ == 0)
            {
                var allocated = GC.GetTotalAllocatedBytes();
                if (allocated - _allocated > Renewal || _allocated == 0)
                {
                    GC.Collect();
                    _allocated = allocated;
                }
                if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion) GC.TryStartNoGCRegion(Budget);
            }
        }
        return new CollectionPause();
    }

    private static void End()
    {
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // A collection that somebody else asked for ended it in this moment.
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            _depth--;
            if (--_pauses > 0) return;
            // A step that outgrew the budget has already ended the pause.
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) End();
            Monitor.PulseAll(Gate);
        }
    }
}
