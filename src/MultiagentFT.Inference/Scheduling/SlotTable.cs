using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>All slots of one context, by id. Some are always free: they hold what ended sequences have left.</summary>
internal sealed class SlotTable(ContextOptions options)
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, options.AllSlots).Select(id => new Slot(id))];
    private long _releases;

    public ReadOnlySpan<Slot> Slots => _slots;

    public int Occupied { get; private set; }

    public bool HasFree => Occupied < options.Slots;

    public void Occupy(Slot slot, Sequence sequence)
    {
        if (slot.Occupant is not null) throw new InvalidOperationException($"slot {slot.Id} is occupied");
        slot.Occupant = sequence;
        sequence.Slot = slot;
        Occupied++;
    }

    /// <summary>Frees the slot; what its memory holds stays for reuse.</summary>
    public void Release(Sequence sequence)
    {
        var slot = sequence.Slot ?? throw new InvalidOperationException("the sequence has no slot");
        slot.Occupant = null;
        slot.Released = ++_releases;
        sequence.Slot = null;
        sequence.Leader = null;
        Occupied--;
    }

    /// <summary>Hands a running sequence over to a free slot.</summary>
    public static void Move(Sequence sequence, Slot to)
    {
        sequence.Slot!.Occupant = null;
        to.Occupant = sequence;
        sequence.Slot = to;
    }

    /// <summary>
    /// Finds a free slot between occupied ones, and the highest occupied slot, which could move there. Decode calls are
    /// split where slot ids have gaps, so dense ones are faster.
    /// </summary>
    public bool TryFindGap(out Slot gap, out Slot highest)
    {
        (gap, highest) = (_slots[0], _slots[0]);
        if (Occupied < 2) return false;
        var low = 0;
        while (_slots[low].Occupant is null) low++;
        var high = _slots.Length - 1;
        while (_slots[high].Occupant is null) high--;
        if (high - low + 1 == Occupied) return false;
        while (_slots[low].Occupant is not null) low++;
        (gap, highest) = (_slots[low], _slots[high]);
        return true;
    }

    /// <summary>Tokens in memory, those that nobody can reuse any more included.</summary>
    public long HeldTokens()
    {
        var tokens = 0L;
        foreach (var slot in _slots) tokens += slot.Length;
        return tokens;
    }

    public void Forget(IRuntimeAdapter adapter)
    {
        foreach (var slot in _slots) slot.Forget(adapter);
    }

    public void Empty()
    {
        foreach (var slot in _slots) slot.Empty();
    }

    /// <exception cref="InvalidOperationException">An account is wrong; the message names the slot.</exception>
    public void VerifyIdle()
    {
        if (Occupied != 0) throw new InvalidOperationException($"{Occupied} slots are occupied while idle");
        foreach (var slot in _slots) slot.VerifyIdle(options.SlotContext);
    }
}
