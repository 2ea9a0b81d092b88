namespace MultiagentFT.Foundation.Tests;

public sealed class ClosestNameTests
{
    private static readonly string[] Known = ["debate", "single-agent-ft", "multiagent-ft", "eval"];

    [Theory]
    [InlineData("debat", "debate")]
    [InlineData("Debate", "debate")]
    [InlineData("dbeate", "debate")]
    [InlineData("multi-agent-ft", "multiagent-ft")]
    [InlineData("single-agent", "single-agent-ft")]
    [InlineData("evla", "eval")]
    [InlineData("vlea", null)]
    [InlineData("vote", null)]
    [InlineData("", null)]
    public void TheNearestWithinAThirdOfItsLetters(string given, string? expected) => Assert.Equal(expected, ClosestName.Of(given, Known));

    [Fact]
    public void NothingIsCloseToNoNames() => Assert.Null(ClosestName.Of("debate", []));

    [Theory]
    [InlineData("debates", " (did you mean debate?)")]
    [InlineData("vote", "")]
    public void TheHintFollowsTheRejectedName(string given, string expected) => Assert.Equal(expected, ClosestName.Hint(given, Known));
}
