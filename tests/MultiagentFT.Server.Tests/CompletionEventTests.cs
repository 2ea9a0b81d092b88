using System.Threading.Channels;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Server.Chat;

namespace MultiagentFT.Server.Tests;

/// <summary>Pieces that go out together.</summary>
public sealed class CompletionEventTests
{
    [Fact]
    public void Pieces_of_a_choice_become_one_and_its_end_stays_apart()
    {
        var events = Channel.CreateUnbounded<CompletionEvent>();
        var (a, b, c) = (Drawn(1), Drawn(2), Drawn(3));
        var end = new GenerationResult("12", [1, 2], FinishReason.EndOfTurn, 5, 0);
        foreach (var happened in (CompletionEvent[])
        [
            new(0, "1", [a], null), new(1, "x", [], null), new(0, "2", [b], null), new(0, null, null, end), new(1, "y", [c], null), new(1, "z", null, null),
        ])
        {
            Assert.True(events.Writer.TryWrite(happened));
        }

        var taken = CompletionEvent.Take(events.Reader);

        Assert.Equal([(0, "12"), (1, "xyz"), (0, null)], taken.Select(happened => (happened.Index, happened.Text)));
        Assert.Equal([a, b], taken[0].Drawn);
        Assert.Equal([c], taken[1].Drawn);
        Assert.Same(end, taken[2].Result);
        Assert.Empty(CompletionEvent.Take(events.Reader));
    }

    [Fact]
    public void Intervals_of_a_stream_are_bounded()
    {
        Assert.Empty(new ServerOptions { StreamInterval = TimeSpan.Zero }.Validate());
        Assert.Contains("streamInterval: expected 0 to 1 s, found 2 s", new ServerOptions { StreamInterval = TimeSpan.FromSeconds(2) }.Validate());
        Assert.Contains("streamInterval: expected 0 to 1 s, found -1 s", new ServerOptions { StreamInterval = TimeSpan.FromSeconds(-1) }.Validate());
    }

    private static DrawnToken Drawn(int token) => new(new TokenProbability(token, -0.5, new byte[] { (byte)token }), []);
}
