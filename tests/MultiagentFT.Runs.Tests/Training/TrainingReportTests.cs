using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Tests.Training;

public sealed class TrainingReportTests
{
    /// <summary>Many times and by more than a nat: a loss near 0 triples by itself.</summary>
    [Theory]
    [InlineData(1.77, 29.98, "the loss rose from 1.77 to 29.98 nats a token: the learning rate may be too high")]
    [InlineData(1.77, 5.2, null)]
    [InlineData(0.1, 0.9, null)]
    [InlineData(0.1, 1.2, "the loss rose from 0.10 to 1.20 nats a token: the learning rate may be too high")]
    [InlineData(2.0, 2.0, null)]
    public void ALossThatRisesManyTimesOverIsTold(double start, double highest, string? expected) => Assert.Equal(
        expected, new TrainingReport(8, 0, 6, 100, 50, start, start, 1) { StartLoss = start, HighestLoss = highest }.Describe());
}
