using CsCheck;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Tests.Data;

public sealed class BatchPlannerTests
{
    [Fact]
    public void EveryConversationComesOnceAndBatchesKeepTheirSize() =>
        Gen.Select(Gen.Int[1, 300].List[1, 200], Gen.Int[16, 2000], Gen.ULong).Sample((lengths, size, seed) =>
        {
            var batches = BatchPlanner.Epoch(lengths, size, new SplitMix64(seed));
            Assert.Equal(Enumerable.Range(0, lengths.Count), batches.SelectMany(batch => batch).Order());
            Assert.All(batches, batch => Assert.True(batch.Length == 1 || batch.Length * batch.Max(index => lengths[index]) <= size));
        });

    [Fact]
    public void PaddingIsSmallWhenLengthsVary()
    {
        var random = new SplitMix64(3);
        var lengths = Enumerable.Range(0, 1000).Select(_ => 50 + random.Next(200)).ToArray();
        var batches = BatchPlanner.Epoch(lengths, 4096, random);
        var padded = batches.Sum(batch => batch.Length * batch.Max(index => lengths[index]));
        Assert.InRange(padded / (double)lengths.Sum(), 1, 1.05);
    }

    [Fact]
    public void EpochsDiffer()
    {
        var lengths = Enumerable.Repeat(10, 64).ToArray();
        var random = new SplitMix64(1);
        Assert.NotEqual(BatchPlanner.Epoch(lengths, 80, random)[0], BatchPlanner.Epoch(lengths, 80, random)[0]);
    }
}
