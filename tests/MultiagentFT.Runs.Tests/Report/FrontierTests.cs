using CsCheck;
using MultiagentFT.Runs.Report;

namespace MultiagentFT.Runs.Tests.Report;

public sealed class FrontierTests
{
    [Fact]
    public void CheapestAndBestAreItsEnds() => Assert.Equal(
        [(1, 0.2), (3, 0.5), (9, 0.7)], Frontier.Of([(3, 0.5), (9, 0.7), (4, 0.5), (1, 0.2), (3, 0.4), (8, 0.1)]));

    /// <summary>The definition, pair by pair: a point stays where no other one is at least as good for at most as much, but for equal ones.</summary>
    [Fact]
    public void NoPointOfItIsBeaten() => Gen.Select(Gen.Int[1, 9], Gen.Int[0, 9], (cost, value) => ((double)cost, (double)value)).List[0, 12].Sample(points =>
    {
        var expected = points.Where(point => !points.Any(other => other != point && other.Item1 <= point.Item1 && other.Item2 >= point.Item2)).Distinct().Order();

        Assert.Equal(expected, Frontier.Of(points));
    });
}
