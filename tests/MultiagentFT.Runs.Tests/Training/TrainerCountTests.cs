using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Training;

namespace MultiagentFT.Runs.Tests.Training;

public sealed class TrainerCountTests
{
    private const long Gibibyte = 1L << 30;

    [Theory]
    [InlineData(0, 6, 2, 4, 3_000_000, 2, 1)] // as many as cores
    [InlineData(0, 6, 16, 64, 3_000_000, 6, 2)] // as many as jobs, cores shared
    [InlineData(0, 6, 16, 2, 100_000_000, 1, 16)] // as many as fit into half of the memory
    [InlineData(0, 6, 16, 6, 100_000_000, 4, 4)]
    [InlineData(0, 6, 16, 64, 1_000_000_000, 1, 16)] // large ones in turn
    [InlineData(0, 6, 16, 8, 8_000_000_000, 1, 16)] // never less than one
    [InlineData(3, 6, 16, 8, 8_000_000_000, 3, 5)] // as asked
    [InlineData(9, 1, 16, 8, 3_000_000, 1, 16)] // not more than jobs
    public void CoresMemoryAndJobsLimitIt(int asked, int jobs, int cores, long gibibytes, long parameters, int trainers, int threads)
    {
        var model = new ModelDescription("m", "m", "llama", parameters, 1, 1, 1);
        var count = TrainerCount.Choose(asked, jobs, new TrainingOptions(), model, cores, gibibytes * Gibibyte);
        Assert.Equal(new TrainerCount(trainers, threads), count);
    }

    [Fact]
    public void GpuIsNotSharedAndFixedThreadsAreKept()
    {
        var model = new ModelDescription("m", "m", "llama", 1000, 1, 1, 1);
        var options = new TrainingOptions { Device = "cuda", Threads = 3 };
        Assert.Equal(new TrainerCount(1, 3), TrainerCount.Choose(0, 6, options, model, 16, 64 * Gibibyte));
    }
}
