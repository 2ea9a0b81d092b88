using System.Runtime.InteropServices;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>The account of one sequence's place in a context: what its memory holds, and who uses it.</summary>
internal sealed class Slot(int id)
{
    private List<int>? _tokens;
    private IRuntimeAdapter? _adapter;

    public int Id { get; } = id;

    public Sequence? Occupant { get; set; }

    /// <summary>When it was last released, counted in releases; 0 for never.</summary>
    public long Released { get; set; }

    /// <summary>Tokens in memory.</summary>
    public int Length { get; private set; }

    /// <summary>How many tokens in memory a sequence can use: at most all of its prompt but the last, whose logits it needs.</summary>
    public int Match(Sequence sequence)
    {
        if (_tokens is null || !ReferenceEquals(_adapter, sequence.Adapter)) return 0;
        var limit = Math.Min(Length, sequence.PromptLength - 1);
        var held = CollectionsMarshal.AsSpan(_tokens)[..limit];
        return held.CommonPrefixLength(CollectionsMarshal.AsSpan(sequence.Tokens)[..limit]);
    }

    /// <summary>Records that memory holds the first tokens of a sequence.</summary>
    public void Hold(Sequence sequence, int length)
    {
        _tokens = sequence.Tokens;
        _adapter = sequence.Adapter;
        Length = length;
    }

    /// <summary>Records that memory is a copy of another slot's.</summary>
    public void HoldCopy(Slot other)
    {
        _tokens = other._tokens;
        _adapter = other._adapter;
        Length = other.Length;
    }

    /// <summary>Records that rows have been computed.</summary>
    public void Grow(int rows) => Length += rows;

    /// <summary>Lets nobody reuse what was computed with an adapter; the memory stays in use until the next occupant.</summary>
    public void Forget(IRuntimeAdapter adapter)
    {
        if (!ReferenceEquals(_adapter, adapter)) return;
        _tokens = null;
        _adapter = null;
        Released = 0;
    }

    /// <summary>Records that memory is empty.</summary>
    public void Empty()
    {
        _tokens = null;
        _adapter = null;
        Length = 0;
        Released = 0;
    }

    /// <exception cref="InvalidOperationException">The account cannot be true.</exception>
    public void VerifyIdle(int capacity)
    {
        if (Occupant is not null) throw new InvalidOperationException($"slot {Id}: occupied while idle");
        if (Length < 0 || Length > capacity || (_tokens is not null && Length > _tokens.Count))
        {
            throw new InvalidOperationException(
                $"slot {Id}: holds {Length} of {_tokens?.Count ?? 0} known tokens, room for {capacity}");
        }
    }
}
