using System.Diagnostics;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Bench.Decoding;

/// <summary>One arrangement, ready to compute the same step again and again. A step allocates nothing.</summary>
/// <param name="contexts">One context, or one for each adapter.</param>
/// <param name="calls">The decode calls of a step, in order.</param>
/// <param name="repeats">Steps that will count.</param>
internal sealed class StepRunner(IModelContext[] contexts, StepRunner.Call[] calls, int repeats) : IDisposable
{
    private readonly List<double> _milliseconds = new(repeats);

    public int Repeats => repeats;

    /// <summary>Rows of each decode call.</summary>
    public IEnumerable<int> CallRows => calls.Select(call => call.Rows);

    public double MedianMilliseconds
    {
        get
        {
            var sorted = _milliseconds.Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    public double MinMilliseconds => _milliseconds.Min();

    /// <summary>Computes the step and takes its rows back, which is not timed.</summary>
    /// <param name="counts">False for warming up.</param>
    public void Run(bool counts)
    {
        var start = Stopwatch.GetTimestamp();
        var sum = 0f;
        foreach (var call in calls) sum += call.Run();
        if (counts) _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        if (float.IsNaN(sum)) throw new InvalidOperationException("the step gave NaN");
        foreach (var call in calls) call.TakeBack();
    }

    public void Dispose()
    {
        foreach (var context in contexts) context.Dispose();
    }

    /// <summary>One decode call.</summary>
    /// <param name="context">Which context.</param>
    /// <param name="adapter">Applied before the call where <paramref name="switches"/>.</param>
    /// <param name="switches">Whether the adapter is set at every call, rather than once before.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="depth">Tokens that each slot holds before the step.</param>
    internal sealed class Call(IModelContext context, IRuntimeAdapter? adapter, bool switches, DecodeBatch batch, int depth)
    {
        private readonly int _output = batch.Outputs.IndexOf(true);
        private readonly int[] _slots = [.. batch.Slots.ToArray().Distinct()];

        /// <summary>Rows of the call.</summary>
        public int Rows => batch.Count;

        /// <returns>A logit, so that nothing can be left out; 0 where no row has an output.</returns>
        public float Run()
        {
            if (switches) context.SetAdapter(adapter);
            context.Decode(batch);
            return _output < 0 ? 0 : context.Logits(_output)[0];
        }

        public void TakeBack()
        {
            // A prompt in several calls has been taken back by the first of them.
            foreach (var slot in _slots) context.Truncate(slot, depth);
        }
    }
}
