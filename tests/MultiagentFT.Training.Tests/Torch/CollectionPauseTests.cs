using System.Runtime;
using System.Runtime.CompilerServices;
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

    /// <summary>A wrapper of a tensor is small, and what it holds is not: small steps leave garbage whose native memory nobody would ask for else.</summary>
    [Fact]
    public void WhatStepsLeaveIsCollectedBetweenThem()
    {
        using (CollectionPause.Start()) Allocate(megabytes: 5);
        using (CollectionPause.Start())
        {
        }
        var wrappers = new List<WeakReference>();
        for (var step = 0; step < 40; step++)
        {
            using var pause = CollectionPause.Start();
            wrappers.Add(Garbage());
            for (var i = 0; i < 16; i++) _kept += new byte[16 << 10].Length;
        }
        // 10 MiB in all: twice more than 4. That a pause begins counts as a collection, but collects nothing.
        Assert.InRange(wrappers.Count(wrapper => !wrapper.IsAlive), 30, 39);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Garbage() => new(new object());

    /// <summary>Two threads whose pauses always overlap would else be one endless pause, whose budget is used up in the middle of a step.</summary>
    [Fact]
    public void PausesThatAlwaysOverlapAreRenewed()
    {
        using var late = new Barrier(2);
        var renewed = 0;
        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            late.SignalAndWait();
            for (var step = 0; step < 200; step++)
            {
                using var pause = CollectionPause.Start();
                if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) Interlocked.Increment(ref renewed);
                // 400 MiB in all: six times the budget.
                Allocate(megabytes: 1);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(400, renewed);
    }

    private static void Allocate(int megabytes)
    {
        for (var i = 0; i < megabytes * 64; i++) _kept += new byte[16 << 10].Length;
    }
}
