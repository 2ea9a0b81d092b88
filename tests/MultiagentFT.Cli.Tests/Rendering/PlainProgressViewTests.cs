using MultiagentFT.Cli.Rendering;

namespace MultiagentFT.Cli.Tests.Rendering;

public sealed class PlainProgressViewTests
{
    [Fact]
    public void A_line_comes_every_ten_seconds_and_at_the_end()
    {
        var clock = new SteppedClock();
        using var output = new StringWriter();
        var view = new PlainProgressView(output, clock);

        view.Begin("a", "Debate", "answers", 20, 100);
        for (var second = 1; second <= 20; second++)
        {
            clock.Advance(1);
            view.Advance("a", 20 + (4 * second), 50 * second, second > 15 ? "late" : null);
        }
        view.End("a", null);
        view.End("a", "a second end says nothing");

        Assert.Equal(
            [
                "Debate: 60/100 answers, 50 tokens/s, ETA 0:10",
                "Debate: 100/100 answers, 50 tokens/s, late",
                "Debate: 100 answers in 0:20, 50 tokens/s",
            ],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(7, "0:07")]
    [InlineData(605, "10:05")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90_000, "25:00:00")]
    public void Durations_are_short(int seconds, string text) => Assert.Equal(text, Activity.Duration(TimeSpan.FromSeconds(seconds)));
}
