namespace MultiagentFT.Inference.Runtime;

/// <summary>Rows of one decode call, as columns. Reused from step to step; holds no more than its capacity.</summary>
public sealed class DecodeBatch(int capacity)
{
    private readonly int[] _tokens = new int[capacity];
    private readonly int[] _positions = new int[capacity];
    private readonly int[] _slots = new int[capacity];
    private readonly bool[] _outputs = new bool[capacity];

    public int Capacity => _tokens.Length;

    public int Count { get; private set; }

    /// <summary>Token ids, one a row.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Position of the token in its sequence, from 0.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>The sequence of the row, 0 to slots - 1.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, Count);

    /// <summary>Whether logits of this row are wanted.</summary>
    public ReadOnlySpan<bool> Outputs => _outputs.AsSpan(0, Count);

    /// <returns>The index of the new row.</returns>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public int Add(int token, int position, int slot, bool output)
    {
        if (Count == Capacity) throw new InvalidOperationException($"a decode batch holds {Capacity} rows");
        _tokens[Count] = token;
        _positions[Count] = position;
        _slots[Count] = slot;
        _outputs[Count] = output;
        return Count++;
    }

    public void Clear() => Count = 0;
}
