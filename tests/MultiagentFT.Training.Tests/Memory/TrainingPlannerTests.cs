using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Memory;

namespace MultiagentFT.Training.Tests.Memory;

public sealed class TrainingPlannerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelFile _model;

    /// <summary>Matrices of 44 M weights: 24 MiB in the file, 85 MiB in bfloat16.</summary>
    public TrainingPlannerTests() => _model = ModelFile.Open(TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions
    {
        TensorType = TensorType.Q4_0,
        EmbeddingLength = 512,
        FeedForwardLength = 4096,
        Blocks = 6,
        Heads = 8,
        KeyValueHeads = 2,
    }));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EveryPlanStaysInsideItsBudgetAndMoreMemoryIsNeverSlower()
    {
        var options = new TrainingOptions { BatchTokens = 4096 };
        TrainingPlan? before = null;
        for (var mebibytes = 400; mebibytes <= 6000; mebibytes += 120)
        {
            var plan = TrainingPlanner.Plan(_model, options with { Memory = $"{mebibytes}MiB" }, length: 256);
            Assert.True(plan.Total <= (long)mebibytes << 20, $"{plan} in {mebibytes} MiB");
            Assert.InRange(plan.Tokens, 256, 4096);
            if (before is not null)
            {
                Assert.True(plan.Tokens >= before.Tokens, $"{plan} after {before}");
                if (plan.Tokens == before.Tokens) Assert.True(plan.Extra <= before.Extra, $"{plan} after {before}");
            }
            before = plan;
        }
        Assert.Equal((Kept.Activations, 4096), (before!.Keep, before.Tokens));
    }

    [Theory]
    [InlineData(Kept.Weights)]
    [InlineData(Kept.Nothing)]
    public void WhatABudgetLeavesIsForBlocksThatAreNotComputedAgain(Kept keep)
    {
        var options = new TrainingOptions { BatchTokens = 1024, Keep = keep };
        var demand = new TrainingDemand(_model, options);
        for (var blocks = 0; blocks <= 6; blocks++)
        {
            var wanted = demand.Plan(keep, 1024, 256, blocks);
            var plan = TrainingPlanner.Plan(_model, options with { Memory = $"{(wanted.Total >> 10) + 1}KiB" }, length: 256);
            Assert.Equal((keep, 1024, blocks), (plan.Keep, plan.Tokens, plan.KeptBlocks));
            Assert.Equal(wanted, plan);
        }
    }

    [Fact]
    public void AGpuHoldsTheFilesBitsItself()
    {
        var options = new TrainingOptions { BatchTokens = 1024, Keep = Kept.Nothing };
        var (here, there) = (TrainingPlanner.Plan(_model, options, length: 256), TrainingPlanner.Plan(_model, options with { Device = "cuda" }, length: 256));
        var bits = _model.File.Tensors.Where(tensor => tensor.Shape.Count == 2).Sum(tensor => tensor.Bytes);
        Assert.Equal((bits, 0), (here.FilePages, there.FilePages));
        Assert.InRange(there.Weights - here.Weights, bits, 1.06 * bits);
    }

    [Fact]
    public void MatricesThatAGpuGetsInTurnLeaveNoBlockKept()
    {
        var options = new TrainingOptions { BatchTokens = 1024, Keep = Kept.Nothing, Device = "cuda", Memory = "64GiB" };
        Assert.Equal(0, TrainingPlanner.Plan(_model, options, length: 256).KeptBlocks);
    }

    [Theory]
    [InlineData(Kept.Auto, Kept.Activations)]
    [InlineData(Kept.Weights, Kept.Weights)]
    [InlineData(Kept.Nothing, Kept.Nothing)]
    public void WithoutABudgetSmallModelsAreKeptAndWholeBatchesTaken(Kept asked, Kept expected)
    {
        var plan = TrainingPlanner.Plan(_model, new TrainingOptions { BatchTokens = 4096, Keep = asked }, length: 256);
        Assert.Equal((expected, 4096), (plan.Keep, plan.Tokens));
    }

    [Fact]
    public void TooLittleIsRefusedWithWhatWouldDo()
    {
        var options = new TrainingOptions { BatchTokens = 4096, Memory = "200MiB" };
        var error = Assert.Throws<InputException>(() => TrainingPlanner.Plan(_model, options, length: 256));
        Assert.StartsWith("memory: expected at least ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" to train on one example of 256 tokens, found 200MiB", error.Message, StringComparison.Ordinal);
        var words = error.Message.Split(' ');
        Assert.True(ByteSize.TryParse(words[4] + words[5], out var enough), error.Message);
        // One decimal is printed, so up to 0.05 MiB may be missing.
        var plan = TrainingPlanner.Plan(_model, options with { Memory = $"{(enough >> 10) + 64}KiB" }, length: 256);
        Assert.True(plan.Tokens >= 256);
    }

    /// <summary>Of memory that is free again: at its peak the system's own number goes down by a page now and then, as it counts threads' pages late.</summary>
    [Fact]
    public unsafe void PeakIsWhatTheSystemSays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        const int Size = 200 << 20;
        var bytes = NativeMemory.Alloc(Size);
        NativeMemory.Fill(bytes, Size, 1);
        NativeMemory.Free(bytes);
        var before = Peak();
        var peak = PeakMemory.Bytes();

        Assert.InRange(peak, Math.Max(before, Size), Peak());
    }

    private static long Peak() =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) << 10;
}
