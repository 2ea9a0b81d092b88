using MultiagentFT.Native.Tensors;
using MultiagentFT.Training.Torch;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Torch;

/// <summary>Alone in the process: other tests' tensors would count.</summary>
[CollectionDefinition(nameof(TensorMemoryTests), DisableParallelization = true)]
[Collection(nameof(TensorMemoryTests))]
public sealed class TensorMemoryTests
{
    private const ulong Page = 4096;

    public TensorMemoryTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libtorch keeps its own memory elsewhere");
        TorchLibrary.EnsureLoaded();
    }

    [Fact]
    public void LargeTensorsAreCountedAndComeBack()
    {
        // False for another libtorch than the one that is pinned: then its classes have to be looked at again.
        Assert.True(TensorMemory.EnsureUsed());
        TensorMemory.ResetPeak();
        var before = TensorMemory.Counts;

        using (NewDisposeScope())
        {
            var y = arange(1 << 20, dtype: ScalarType.Float32).reshape(1024, 1024).matmul(eye(1024));
            // A matrix, the identity, and their product, of 4 MiB each.
            var now = TensorMemory.Counts;
            Assert.InRange(now.Used - before.Used, 12ul << 20, (12ul << 20) + (6 * Page));
            Assert.InRange(now.Peak - before.Used, 12ul << 20, (16ul << 20) + (8 * Page));
            TensorMemory.Trim();
            Assert.Equal(Enumerable.Range(0, 1 << 20).Select(i => (float)i), y.flatten().data<float>().ToArray());
        }

        Assert.Equal(before.Used, TensorMemory.Counts.Used);
    }

    [Fact]
    public void SmallTensorsAreTheHeaps()
    {
        var before = TensorMemory.Counts.Used;
        using var scope = NewDisposeScope();
        var sum = zeros(1000);
        for (var i = 0; i < 1000; i++) sum = sum + ones(1000);
        Assert.Equal(before, TensorMemory.Counts.Used);
        Assert.Equal(1000f, sum[0].item<float>());
    }
}
