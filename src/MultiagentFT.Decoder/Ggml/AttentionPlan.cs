using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>
/// How a batch's attention is divided into operations. Slots with one row each go together, idle slots between them
/// included; a slot with more rows, such as a prompt's, goes alone.
/// </summary>
internal sealed class AttentionPlan
{
    /// <summary>Idle slots in a row that are computed along rather than divided at.</summary>
    private const int MostIdle = 4;

    private const ushort Hidden = 0xFC00;

    private readonly List<AttentionGroup> _groups = [];
    private readonly List<int[]> _rows = [];

    /// <param name="batch">Checked: ordered by slot and position.</param>
    public AttentionPlan(DecodeBatch batch)
    {
        var single = new List<int>();
        for (int row = 0, next; row < batch.Count; row = next)
        {
            for (next = row + 1; next < batch.Count && batch.Slots[next] == batch.Slots[row]; next++) { }
            if (next == row + 1)
            {
                if (single.Count > 0 && batch.Slots[row] - batch.Slots[single[^1]] - 1 > MostIdle) AddSingle();
                single.Add(row);
            }
            else
            {
                Add(batch, batch.Slots[row], slots: 1, [.. Enumerable.Range(row, next - row)]);
            }
        }
        AddSingle();
        Order = Places(batch.Count);

        void AddSingle()
        {
            if (single.Count == 0) return;
            var first = batch.Slots[single[0]];
            var rows = new int[batch.Slots[single[^1]] - first + 1];
            Array.Fill(rows, -1);
            foreach (var row in single) rows[batch.Slots[row] - first] = row;
            Add(batch, first, rows.Length, rows);
            single.Clear();
        }
    }

    public IReadOnlyList<AttentionGroup> Groups => _groups;

    /// <summary>Where each row's result lies among those of all groups.</summary>
    public int[] Order { get; }

    /// <summary>Whether results lie elsewhere than their rows.</summary>
    public bool IsReordered => _groups.Sum(group => group.Rows) != Order.Length || Order.Where((place, row) => place != row).Any();

    /// <summary>The rows of a group, slot by slot; an idle slot stands in with row 0.</summary>
    public int[] Rows(int group) => [.. _rows[group].Select(row => Math.Max(row, 0))];

    /// <summary>Fills a group's mask, float16 [cells, rows per slot, 1, slots]: a row sees its slot up to itself.</summary>
    public void FillMask(int group, DecodeBatch batch, Span<ushort> mask)
    {
        mask.Fill(Hidden);
        var cells = _groups[group].Cells;
        for (var i = 0; i < _rows[group].Length; i++)
        {
            // Something must be seen even where nobody looks at the result: all hidden gives NaN.
            var row = _rows[group][i];
            mask.Slice(i * cells, row < 0 ? 1 : batch.Positions[row] + 1).Clear();
        }
    }

    private void Add(DecodeBatch batch, int firstSlot, int slots, int[] rows)
    {
        var longest = rows.Max(row => row < 0 ? 0 : batch.Positions[row]) + 1;
        var follow = rows[0] >= 0 && !rows.Where((row, i) => row != rows[0] + i).Any();
        _groups.Add(new AttentionGroup(firstSlot, slots, rows.Length / slots, follow ? rows[0] : -1, GgmlKeyValues.WholeGroups(longest)));
        _rows.Add(rows);
    }

    private int[] Places(int count)
    {
        var order = new int[count];
        var place = 0;
        foreach (var row in _rows.SelectMany(rows => rows))
        {
            if (row >= 0) order[row] = place;
            place++;
        }
        return order;
    }
}
