using System.Runtime;
using MultiagentFT.Training.Torch;

namespace MultiagentFT.Training.Tests.Torch;

/// <summary>Alone in the process: what other tests allocate would count.</summary>
[CollectionDefinition(nameof(CollectionPauseTests), DisableParallelization = true)]
[Collection(nameof(CollectionPauseTests))]
public sealed class CollectionPauseTests
{
    private static long _kept;

    [Fact]
    public void NothingIsCollectedUntilTheLastPauseEnds()
    {
        var outer = CollectionPause.Start();
        CollectionPause.Start().Dispose();
        var before = GC.CollectionCount(0);
        Allocate(megabytes: 30);
        Assert.Equal((before, GCLatencyMode.NoGCRegion), (GC.CollectionCount(0), GCSettings.LatencyMode));
        outer.Dispose();
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void AStepThatOutgrowsTheBudgetOnlyEndsThePause()
    {
        using (CollectionPause.Start()) Allocate(megabytes: 300);
        using var again = CollectionPause.Start();
        Assert.True(_kept > 0);
    }

    private static void Allocate(int megabytes)
    {
        for (var i = 0; i < megabytes * 64; i++) _kept += new byte[16 << 10].Length;
    }
}
