using MultiagentFT.Debate.Datasets;

namespace MultiagentFT.Debate.Tests.Datasets;

public sealed class CriticMixtureTests
{
    [Theory]
    [InlineData(10, 30, 0.5, 10, 10)]
    [InlineData(30, 10, 0.5, 10, 10)]
    [InlineData(10, 90, 0.25, 10, 30)]
    [InlineData(80, 20, 0.8, 80, 20)]
    [InlineData(10, 30, 0.0, 0, 30)]
    [InlineData(10, 30, 1.0, 10, 0)]
    [InlineData(0, 30, 0.5, 0, 30)]
    [InlineData(10, 0, 0.0, 10, 0)]
    [InlineData(10, 30, null, 10, 30)]
    public void Sizes_are_the_largest_with_the_share(int negatives, int positives, double? share, int keptNegatives, int keptPositives) =>
        Assert.Equal((keptNegatives, keptPositives), CriticMixture.Sizes(negatives, positives, share));
}
