using System.Diagnostics;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Bench.Decoding;

/// <summary>One arrangement, ready to decode the same step again and again.</summary>
/// <param name="contexts">One context, or one for each adapter.</param>
/// <param name="calls">The decode calls of a step, in order: a context, the adapter it needs (or null), and its rows.</param>
internal sealed class StepRunner(IReadOnlyList<IModelContext> contexts, IReadOnlyList<StepRunner.Call> calls) : IDisposable
{
    private readonly List<double> _milliseconds = [];

    /// <summary>One decode call.</summary>
    /// <param name="Context">Which context.</param>
    /// <param name="Adapter">Applied before the call where <paramref name="Switches"/>.</param>
    /// <param name="Switches">Whether the adapter is set at every call, rather than once before.</param>
    /// <param name="Batch">The rows.</param>
    /// <param name="Depth">Tokens that each slot holds before.</param>
    internal sealed record Call(IModelContext Context, IRuntimeAdapter? Adapter, bool Switches, DecodeBatch Batch, int Depth);

    public double MedianMilliseconds
    {
        get
        {
            var sorted = _milliseconds.Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Decodes the step and takes its rows back.</summary>
    /// <param name="counts">False for warming up.</param>
    public void Run(bool counts)
    {
        var start = Stopwatch.GetTimestamp();
        var sum = 0f;
        foreach (var call in calls)
        {
            if (call.Switches) call.Context.SetAdapter(call.Adapter);
            call.Context.Decode(call.Batch);
            sum += call.Context.Logits(0)[0];
        }
        if (counts) _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        if (float.IsNaN(sum)) throw new InvalidOperationException("the step gave NaN");
        foreach (var call in calls)
        {
            foreach (var slot in call.Batch.Slots) call.Context.Truncate(slot, call.Depth);
        }
    }

    public void Dispose()
    {
        foreach (var context in contexts) context.Dispose();
    }
}
