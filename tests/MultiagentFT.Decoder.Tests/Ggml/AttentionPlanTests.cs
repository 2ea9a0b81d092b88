using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Decoder.Tests.Ggml;

public sealed class AttentionPlanTests
{
    [Fact]
    public void SingleRowsOfNeighbouringSlotsAreOneGroupInOrder()
    {
        var plan = new AttentionPlan(Batch((2, 10, 1), (3, 300, 1), (4, 0, 1)));
        Assert.Equal([new AttentionGroup(2, 3, 1, 0, 512)], plan.Groups);
        Assert.False(plan.IsReordered);
    }

    [Fact]
    public void IdleSlotsBetweenAreComputedAlong()
    {
        var batch = Batch((1, 4, 1), (3, 0, 1), (6, 0, 1));
        var plan = new AttentionPlan(batch);
        Assert.Equal([new AttentionGroup(1, 6, 1, -1, 256)], plan.Groups);
        Assert.Equal([0, 0, 1, 0, 0, 2], plan.Rows(0));
        Assert.Equal([0, 2, 5], plan.Order);
        Assert.True(plan.IsReordered);
        var mask = new ushort[6 * 256];
        plan.FillMask(0, batch, mask);
        Assert.Equal([5, 1, 1, 1, 1, 1], mask.Chunk(256).Select(row => row.Count(value => value == 0)));
        Assert.All(mask.Chunk(256), row => Assert.True(row.AsSpan().IndexOf((ushort)0xFC00) == row.Count(value => value == 0)));
    }

    [Fact]
    public void ManyIdleSlotsDivide()
    {
        var plan = new AttentionPlan(Batch((0, 4, 1), (6, 0, 1)));
        Assert.Equal([new AttentionGroup(0, 1, 1, 0, 256), new AttentionGroup(6, 1, 1, 1, 256)], plan.Groups);
        Assert.False(plan.IsReordered);
    }

    [Fact]
    public void APromptGoesAloneAndSeesWhatComesBefore()
    {
        var batch = Batch((0, 2, 1), (1, 1, 3), (2, 7, 1));
        var plan = new AttentionPlan(batch);
        Assert.Equal([new AttentionGroup(1, 1, 3, 1, 256), new AttentionGroup(0, 3, 1, -1, 256)], plan.Groups);
        Assert.Equal([3, 0, 1, 2, 5], plan.Order);
        var mask = new ushort[3 * 256];
        plan.FillMask(0, batch, mask);
        Assert.Equal([2, 3, 4], mask.Chunk(256).Select(row => row.Count(value => value == 0)));
    }

    /// <param name="parts">Slots with their first position and number of rows.</param>
    private static DecodeBatch Batch(params (int Slot, int Start, int Rows)[] parts)
    {
        var batch = new DecodeBatch(16);
        foreach (var (slot, start, rows) in parts)
            for (var i = 0; i < rows; i++) batch.Add(1, start + i, slot, output: true);
        return batch;
    }
}
