using MultiagentFT.Contracts.Training;
using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Tests.Data;

public sealed class LearningRateTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 1.0 / 6)]
    [InlineData(LearningRateSchedule.Constant, 4, 5.0 / 6)]
    [InlineData(LearningRateSchedule.Constant, 99, 1)]
    [InlineData(LearningRateSchedule.Linear, 5, 1)]
    [InlineData(LearningRateSchedule.Linear, 52, 0.505263)]
    [InlineData(LearningRateSchedule.Cosine, 5, 1)]
    [InlineData(LearningRateSchedule.Cosine, 99, 0.000273)]
    public void RisesForFiveStepsOfAHundredThenFollowsItsSchedule(LearningRateSchedule schedule, int step, double expected) =>
        Assert.Equal(expected, LearningRate.At(step, 100, 1, 0.05, schedule), 5);

    [Fact]
    public void OneStepAloneHasAPositiveRate() =>
        Assert.True(LearningRate.At(0, 1, 1e-3, 0.03, LearningRateSchedule.Cosine) > 0);
}
