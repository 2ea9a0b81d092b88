using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Tests.Protocol;

public sealed class AccuracyTests
{
    [Fact]
    public void Mean_and_standard_error()
    {
        var accuracy = Accuracy.Of([true, true, true, false]);

        Assert.Equal(0.75, accuracy.Mean);
        Assert.Equal(0.21650635, accuracy.StandardError, 8);
        Assert.Equal(4, accuracy.Count);
    }

    [Fact]
    public void Nothing_is_zero() => Assert.Equal(new Accuracy(0, 0, 0), Accuracy.Of(Array.Empty<bool>()));
}
