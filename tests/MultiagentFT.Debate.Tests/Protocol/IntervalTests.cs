using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Tests.Protocol;

public sealed class IntervalTests
{
    /// <summary>Computed apart, by Wilson's formula.</summary>
    [Theory]
    [InlineData(0, 20, 0, 0.1611252)]
    [InlineData(20, 20, 0.8388748, 1)]
    [InlineData(10, 20, 0.2992980, 0.7007020)]
    [InlineData(1, 1, 0.2065493, 1)]
    [InlineData(385, 500, 0.7311378, 0.8047451)]
    public void WilsonsIntervalIsRightAtTheEnds(int right, int count, double low, double high)
    {
        var interval = Interval.Wilson((double)right / count, count);

        Assert.Equal(low, interval.Low, 5);
        Assert.Equal(high, interval.High, 5);
    }

    [Fact]
    public void NothingIsKnownWithoutProblems() => Assert.Equal(new Interval(0, 1), Interval.Wilson(0, 0));
}
