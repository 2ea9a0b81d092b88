namespace MultiagentFT.Decoder.Ggml;

/// <summary>Rows whose attention is one operation: neighbouring slots with as many rows each.</summary>
/// <param name="FirstSlot">The first slot.</param>
/// <param name="Slots">Slots, idle ones between others included.</param>
/// <param name="RowsPerSlot">Rows of each slot.</param>
/// <param name="FirstRow">The first of its rows where they follow each other in the batch; -1 where they are gathered.</param>
/// <param name="Cells">Positions that are looked at, whole groups of <see cref="GgmlKeyValues.CellGroup"/>.</param>
internal readonly record struct AttentionGroup(int FirstSlot, int Slots, int RowsPerSlot, int FirstRow, int Cells)
{
    public int Rows => Slots * RowsPerSlot;

    public bool IsGathered => FirstRow < 0;
}
