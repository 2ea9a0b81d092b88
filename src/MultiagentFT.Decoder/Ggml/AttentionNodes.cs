using MultiagentFT.Gguf;
using MultiagentFT.Native.Ggml;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>Attention of a step, group by group.</summary>
internal sealed class AttentionNodes(
    GraphBuilder graph, GgmlWeights weights, GgmlKeyValues keyValues, StepInputs inputs, StepLayout layout)
{
    private readonly ModelShape _shape = weights.Shape;
    private readonly float _scale = 1 / MathF.Sqrt(weights.Shape.HeadLength);

    /// <param name="queries">[head length, heads, rows].</param>
    /// <param name="keys">All keys of the block, those of this step included.</param>
    /// <param name="values">As the keys.</param>
    /// <returns>[heads · head length, rows of all groups], one group after the other.</returns>
    public nint Mix(nint queries, nint keys, nint values)
    {
        nint mixed = 0;
        for (var i = 0; i < layout.Groups.Count; i++)
        {
            var result = Mix(i, queries, keys, values);
            mixed = i == 0 ? result : graph.Append(mixed, result);
        }
        return mixed;
    }

    private nint Mix(int index, nint queries, nint keys, nint values)
    {
        var group = layout.Groups[index];
        var q = Queries(index, queries);
        var (k, v) = (Cells(keys, group), Cells(values, group));
        if (keyValues.NeedsFlashAttention || weights.UsesFlashAttention)
            return graph.Reshape(graph.FlashAttention(q, k, v, inputs.Mask(index), _scale), _shape.Queries, group.Rows);
        var scores = graph.SoftMax(graph.MultiplyPrecisely(k, q), inputs.Mask(index), _scale);
        var mixed = graph.Multiply(graph.Permuted(v, 1, 0, 2, 3), scores);
        return graph.Reshape(graph.Permuted(mixed, 0, 2, 1, 3), _shape.Queries, group.Rows);
    }

    /// <returns>[head length, rows per slot, heads, slots].</returns>
    private nint Queries(int index, nint queries)
    {
        var group = layout.Groups[index];
        var headBytes = (long)_shape.HeadLength * sizeof(float);
        var rowBytes = (long)_shape.Queries * sizeof(float);
        if (group.IsGathered)
            queries = graph.GetRows(graph.Reshape(queries, _shape.Queries, layout.Rows), inputs.Gather(index));
        return graph.View(
            queries,
            (_shape.HeadLength, group.RowsPerSlot, _shape.Heads, group.Slots),
            (rowBytes, headBytes, group.RowsPerSlot * rowBytes),
            group.IsGathered ? 0 : group.FirstRow * rowBytes);
    }

    /// <returns>[head length, cells, kv heads, slots].</returns>
    private nint Cells(nint memory, AttentionGroup group)
    {
        var slotBytes = keyValues.Positions * keyValues.PositionBytes;
        return graph.View(
            memory,
            (_shape.HeadLength, group.Cells, _shape.KeyValueHeads, group.Slots),
            (keyValues.PositionBytes, keyValues.HeadBytes, slotBytes),
            group.FirstSlot * slotBytes);
    }
}
