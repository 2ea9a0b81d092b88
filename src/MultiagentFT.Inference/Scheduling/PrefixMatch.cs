using System.Runtime.InteropServices;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>Where a sequence's prompt has been computed before, or is just being computed.</summary>
/// <param name="Source">The slot that holds most of it.</param>
/// <param name="SourceLength">How many tokens, 0 when none does.</param>
/// <param name="Leader">The sequence that will have computed most of it soon.</param>
/// <param name="LeaderLength">How many tokens, 0 when none will.</param>
internal readonly record struct PrefixMatch(Slot? Source, int SourceLength, Sequence? Leader, int LeaderLength)
{
    /// <summary>Tokens that a copy of a slot, or waiting for one, has to save to be worth its time.</summary>
    public const int WorthwhileGain = 32;

    /// <summary>The free slot to take where slots may have gaps: of those that hold about the most, the one released first.</summary>
    public static Slot ChooseOldest(SlotTable table, Sequence sequence) => Choose(table, sequence, static (slot, other) => slot.Released < other.Released);

    /// <summary>
    /// The free slot to take where gaps cost time at each step: the lowest of those that hold about the most, as a few prompt
    /// tokens cost it once.
    /// </summary>
    public static Slot ChooseLowest(SlotTable table, Sequence sequence) => Choose(table, sequence, static (_, _) => false);

    private static Slot Choose(SlotTable table, Sequence sequence, Func<Slot, Slot, bool> isBetter)
    {
        Slot? chosen = null;
        var chosenLength = 0;
        foreach (var slot in table.Slots)
        {
            if (slot.Occupant is not null) continue;
            var length = slot.Match(sequence);
            if (chosen is not null && length < chosenLength + WorthwhileGain && !(length > chosenLength - WorthwhileGain && isBetter(slot, chosen)))
                continue;
            (chosen, chosenLength) = (slot, length);
        }
        return chosen ?? throw new InvalidOperationException("no slot is free");
    }

    /// <summary>Looks through the slots other than the sequence's own, and through the sequences in them.</summary>
    public static PrefixMatch Find(SlotTable table, Sequence sequence)
    {
        var best = default(PrefixMatch);
        foreach (var slot in table.Slots)
        {
            if (ReferenceEquals(slot, sequence.Slot)) continue;
            var held = slot.Match(sequence);
            if (held > best.SourceLength) best = best with { Source = slot, SourceLength = held };
            // Only sequences that advance by themselves are followed, so nobody waits in a circle.
            if (slot.Occupant is not { IsPrefilling: true } other || !ReferenceEquals(other.Adapter, sequence.Adapter)) continue;
            var upcoming = CommonPrompt(other, sequence);
            if (upcoming > best.LeaderLength) best = best with { Leader = other, LeaderLength = upcoming };
        }
        return best;
    }

    private static int CommonPrompt(Sequence leader, Sequence follower)
    {
        var limit = Math.Min(leader.PromptLength, follower.PromptLength - 1);
        return CollectionsMarshal.AsSpan(leader.Tokens)[..limit]
            .CommonPrefixLength(CollectionsMarshal.AsSpan(follower.Tokens)[..limit]);
    }
}
