using System.Runtime.InteropServices;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Scheduling;

/// <summary>
/// Chooses the rows of a step: one for each sequence, and the rest of the batch for prompts in order of admission.
/// Rows are ordered by slot, as decoding needs them.
/// </summary>
internal static class StepPlanner
{
    /// <param name="slots">By id.</param>
    /// <param name="running">Sequences in slots, in order of admission; no more than the batch's capacity.</param>
    /// <param name="batch">Filled anew.</param>
    public static void Plan<T>(ReadOnlySpan<Slot> slots, List<T> running, DecodeBatch batch)
        where T : Sequence
    {
        batch.Clear();
        Allot(running, batch.Capacity);
        foreach (var slot in slots)
        {
            if (slot.Occupant is { Rows: > 0 } sequence) AddRows(sequence, slot, batch);
        }
    }

    private static void Allot<T>(List<T> running, int capacity)
        where T : Sequence
    {
        var spare = capacity;
        foreach (var sequence in running)
        {
            if (sequence.Leader is null) spare--;
        }
        foreach (var sequence in running)
        {
            sequence.OutputRow = -1;
            sequence.Rows = 0;
            if (sequence.Leader is not null) continue;
            var more = Math.Min(sequence.Tokens.Count - sequence.Slot!.Length - 1, spare);
            sequence.Rows = 1 + more;
            spare -= more;
        }
    }

    private static void AddRows(Sequence sequence, Slot slot, DecodeBatch batch)
    {
        var end = slot.Length + sequence.Rows;
        var tokens = CollectionsMarshal.AsSpan(sequence.Tokens);
        for (var position = slot.Length; position < end - 1; position++) batch.Add(tokens[position], position, slot.Id, output: false);
        var isLast = end == tokens.Length;
        var row = batch.Add(tokens[end - 1], end - 1, slot.Id, output: isLast);
        if (isLast) sequence.OutputRow = row;
    }
}
