using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Runtime;

/// <summary>How many tokens each slot holds, and what may be done to it.</summary>
internal sealed class SlotLengths(ContextOptions options, int vocabularySize)
{
    private readonly int[] _lengths = new int[options.AllSlots];

    public int this[int slot]
    {
        get => _lengths[slot];
        set => _lengths[slot] = value;
    }

    /// <exception cref="ArgumentException">The batch is empty or too large, or a row is out of range or out of order.</exception>
    public void Check(DecodeBatch batch)
    {
        if (batch.Count == 0) throw new ArgumentException("a decode batch has at least one row", nameof(batch));
        if (batch.Count > options.BatchTokens)
            throw new ArgumentException($"the context takes {options.BatchTokens} rows at once, not {batch.Count}", nameof(batch));
        var slot = -1;
        var position = 0;
        for (var row = 0; row < batch.Count; row++)
        {
            if ((uint)batch.Slots[row] >= (uint)_lengths.Length) throw Bad(row, $"slot {batch.Slots[row]} of {_lengths.Length}");
            if (batch.Slots[row] != slot)
            {
                if (batch.Slots[row] < slot) throw Bad(row, $"rows are ordered by slot, but {batch.Slots[row]} follows {slot}");
                slot = batch.Slots[row];
                position = _lengths[slot];
            }
            if ((uint)batch.Tokens[row] >= (uint)vocabularySize) throw Bad(row, $"token {batch.Tokens[row]} of {vocabularySize}");
            if (batch.Positions[row] != position)
                throw Bad(row, $"position {batch.Positions[row]} where {position} is next in slot {slot}");
            if (position >= options.SlotContext) throw Bad(row, $"slot {slot} is full: it holds {options.SlotContext} tokens");
            position++;
        }

        static ArgumentException Bad(int row, string problem) => new($"row {row}: {problem}", nameof(batch));
    }

    /// <summary>Counts the rows of a batch that has been computed.</summary>
    public void Append(DecodeBatch batch)
    {
        foreach (var slot in batch.Slots) _lengths[slot]++;
    }

    public void CheckSlot(int slot)
    {
        if ((uint)slot >= (uint)_lengths.Length)
            throw new ArgumentOutOfRangeException(nameof(slot), slot, $"the context has {_lengths.Length} slots");
    }

    public void CheckTruncate(int slot, int length)
    {
        CheckSlot(slot);
        if (length < 0 || length > _lengths[slot])
            throw new ArgumentOutOfRangeException(nameof(length), length, $"slot {slot} holds {_lengths[slot]} tokens");
    }

    public void Clear() => Array.Clear(_lengths);
}
