using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>
/// Runs sequences side by side in the slots of one context. A step is <see cref="Plan"/>, a decode call,
/// <see cref="Advance"/>, and a token appended to (or the release of) every sequence with an output row. It knows
/// tokens and slots, no tensors; one thread at a time.
/// </summary>
internal sealed class Scheduler<T>(IModelContext context, AdapterGroupQueue<T> queue, SchedulerCounters counters)
    where T : Sequence
{
    private readonly SlotTable _table = new(context.Options);
    private readonly List<T> _running = new(context.Options.Slots);

    /// <summary>Whether gaps between slots are closed.</summary>
    private readonly bool _isDense = context.PrefersDenseSlots;

    /// <summary>That of all slots, in a context that does not mix adapters.</summary>
    private IRuntimeAdapter? _adapter;

    public bool HasWork => _running.Count > 0 || queue.Count > 0;

    /// <summary>Sequences in slots, in order of admission.</summary>
    public List<T> Running => _running;

    /// <summary>Admits what can be admitted and fills the batch with the rows of the next step.</summary>
    /// <returns>False when there is nothing to compute.</returns>
    public bool Plan(DecodeBatch batch)
    {
        foreach (var sequence in _running)
        {
            if (sequence.Leader is { } leader && HasArrived(sequence, leader)) Settle(sequence);
        }
        while (_table.HasFree && queue.Next(mayTurn: context.MixesAdapters || _running.Count == 0) is { } sequence) Admit(sequence);
        while (_isDense && _table.TryFindGap(out var gap, out var highest)) Move(highest, gap);
        StepPlanner.Plan(_table.Slots, _running, batch);
        return batch.Count > 0;
    }

    /// <summary>Records that the planned rows have been computed.</summary>
    public void Advance()
    {
        var promptTokens = 0;
        foreach (var sequence in _running)
        {
            if (sequence.Rows == 0) continue;
            var slot = sequence.Slot!;
            promptTokens += Math.Clamp(sequence.PromptLength - slot.Length, 0, sequence.Rows);
            slot.Grow(sequence.Rows);
        }
        counters.AddStep(promptTokens);
    }

    /// <summary>Counts what runs and what memory holds, for other threads.</summary>
    public void ReportLoad() => counters.SetLoad(_running.Count, _table.HeldTokens());

    /// <summary>Takes a sequence out of its slot, whatever its state.</summary>
    public void Release(T sequence)
    {
        if (!_running.Remove(sequence)) throw new InvalidOperationException("the sequence does not run here");
        if (context.MixesAdapters) context.SetAdapter(sequence.Slot!.Id, null);
        _table.Release(sequence);
    }

    /// <summary>Lets go of an adapter that no sequence uses any more.</summary>
    public void Detach(IRuntimeAdapter adapter)
    {
        _table.Forget(adapter);
        if (ReferenceEquals(_adapter, adapter)) Apply(null);
    }

    /// <summary>Forgets everything computed.</summary>
    /// <exception cref="InvalidOperationException">A sequence runs or waits.</exception>
    public void Clear()
    {
        if (HasWork)
        {
            throw new InvalidOperationException(
                $"the cache can be cleared only while idle: {_running.Count} requests run, {queue.Count} wait");
        }
        context.Clear();
        _table.Empty();
        ReportLoad();
    }

    /// <summary>Forgets everything computed and lets go of adapters, so that something else can use the context until it is empty again.</summary>
    /// <exception cref="InvalidOperationException">A sequence runs or waits.</exception>
    public void Vacate()
    {
        Clear();
        if (_adapter is not null) Apply(null);
    }

    /// <exception cref="InvalidOperationException">An account is wrong although nothing runs.</exception>
    public void VerifyIdle()
    {
        if (_running.Count != 0) throw new InvalidOperationException($"{_running.Count} sequences run while idle");
        queue.VerifyIdle();
        _table.VerifyIdle();
    }

    private static bool HasArrived(Sequence sequence, Sequence leader) =>
        !leader.IsPrefilling || leader.Slot!.Length >= sequence.LeaderPrefix;

    private void Admit(T sequence)
    {
        var slot = _isDense ? PrefixMatch.ChooseLowest(_table, sequence) : PrefixMatch.ChooseOldest(_table, sequence);
        _table.Occupy(slot, sequence);
        _running.Add(sequence);
        if (context.MixesAdapters) context.SetAdapter(slot.Id, sequence.Adapter);
        else if (!ReferenceEquals(_adapter, sequence.Adapter)) Apply(sequence.Adapter);
        Settle(sequence);
    }

    private void Apply(IRuntimeAdapter? adapter)
    {
        context.SetAdapter(adapter);
        _adapter = adapter;
        counters.AddAdapterSwitch();
    }

    /// <summary>Gives the sequence's slot the longest prefix that can be had, or lets the sequence wait for a longer one.</summary>
    private void Settle(Sequence sequence)
    {
        var slot = sequence.Slot!;
        var kept = slot.Match(sequence);
        var match = PrefixMatch.Find(_table, sequence);
        if (match.LeaderLength >= Math.Max(kept, match.SourceLength) + PrefixMatch.WorthwhileGain)
        {
            (sequence.Leader, sequence.LeaderPrefix) = (match.Leader, match.LeaderLength);
            return;
        }
        sequence.Leader = null;
        if (match.SourceLength >= kept + PrefixMatch.WorthwhileGain)
        {
            context.Copy(match.Source!.Id, slot.Id);
            slot.HoldCopy(match.Source);
            kept = match.SourceLength;
        }
        if (slot.Length > kept && !context.Truncate(slot.Id, kept)) kept = 0;
        slot.Hold(sequence, kept);
        sequence.CachedTokens = kept;
        counters.AddCached(kept);
    }

    private void Move(Slot from, Slot to)
    {
        var sequence = from.Occupant!;
        if (sequence.Leader is null)
        {
            context.Copy(from.Id, to.Id);
            to.HoldCopy(from);
        }
        SlotTable.Move(sequence, to);
        if (!context.MixesAdapters) return;
        context.SetAdapter(from.Id, null);
        context.SetAdapter(to.Id, sequence.Adapter);
    }
}
