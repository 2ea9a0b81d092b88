using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>
/// Waiting sequences, grouped by adapter. Where slots have adapters of their own, the group whose sequence waits longest is
/// next. Where a context applies one adapter at a time, a group is served while it has sequences that arrived no later than
/// any other group's; sequences that arrived later may overtake, but no more than <paramref name="quantum"/> of them in one
/// turn, so that nobody starves and adapters change rarely.
/// </summary>
internal sealed class AdapterGroupQueue<T>(int quantum)
    where T : Sequence
{
    private readonly List<AdapterGroup<T>> _groups = [];
    private IRuntimeAdapter? _turn;
    private int _overtaken;
    private long _arrivals;

    public int Count { get; private set; }

    /// <summary>Adds sequences that arrived together.</summary>
    public void Enqueue(ReadOnlySpan<T> sequences)
    {
        _arrivals++;
        foreach (var sequence in sequences)
        {
            sequence.Arrival = _arrivals;
            var group = Find(sequence.Adapter);
            if (group is null) _groups.Add(group = new AdapterGroup<T>(sequence.Adapter));
            group.Waiting.Enqueue(sequence);
            Count++;
        }
    }

    /// <summary>The next sequence to start.</summary>
    /// <param name="mayTurn">Whether another group may take its turn: always where slots have adapters of their own, else only when no sequence of the last one is running.</param>
    /// <returns>Null when nobody waits, or when the running sequences have to end first.</returns>
    public T? Next(bool mayTurn)
    {
        if (Count == 0) return null;
        var oldest = OldestGroup();
        if (mayTurn)
        {
            _turn = oldest.Adapter;
            _overtaken = 0;
        }
        var group = Find(_turn);
        if (group is null) return null;
        if (group.Oldest > oldest.Oldest && _overtaken++ >= quantum) return null;
        var sequence = group.Waiting.Dequeue();
        Count--;
        if (group.Waiting.Count == 0) _groups.Remove(group);
        return sequence;
    }

    /// <summary>Takes out the cancelled sequences and adds them to <paramref name="removed"/>.</summary>
    public void RemoveCancelled(List<T> removed)
    {
        var before = removed.Count;
        foreach (var group in _groups) group.RemoveCancelled(removed);
        Count -= removed.Count - before;
        _groups.RemoveAll(static group => group.Waiting.Count == 0);
    }

    /// <summary>Takes out all sequences and adds them to <paramref name="removed"/>.</summary>
    public void RemoveAll(List<T> removed)
    {
        foreach (var group in _groups) removed.AddRange(group.Waiting);
        _groups.Clear();
        Count = 0;
    }

    /// <exception cref="InvalidOperationException">Somebody waits.</exception>
    public void VerifyIdle()
    {
        if (Count != 0 || _groups.Count != 0)
        {
            throw new InvalidOperationException($"{Count} sequences in {_groups.Count} groups wait while idle");
        }
    }

    private AdapterGroup<T>? Find(IRuntimeAdapter? adapter)
    {
        foreach (var group in _groups)
        {
            if (ReferenceEquals(group.Adapter, adapter)) return group;
        }
        return null;
    }

    private AdapterGroup<T> OldestGroup()
    {
        var oldest = _groups[0];
        foreach (var group in _groups)
        {
            if (group.Oldest < oldest.Oldest) oldest = group;
        }
        return oldest;
    }
}
