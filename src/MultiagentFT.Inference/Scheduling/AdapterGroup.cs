using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>Waiting sequences of one adapter, first come first served.</summary>
internal sealed class AdapterGroup<T>(IRuntimeAdapter? adapter)
    where T : Sequence
{
    public IRuntimeAdapter? Adapter { get; } = adapter;

    public Queue<T> Waiting { get; } = new();

    /// <summary>Arrival of the sequence that waits longest.</summary>
    public long Oldest => Waiting.Peek().Arrival;

    /// <summary>Takes out the cancelled sequences and adds them to <paramref name="removed"/>.</summary>
    public void RemoveCancelled(List<T> removed)
    {
        for (var left = Waiting.Count; left > 0; left--)
        {
            var sequence = Waiting.Dequeue();
            if (sequence.IsCancelled) removed.Add(sequence);
            else Waiting.Enqueue(sequence);
        }
    }
}
