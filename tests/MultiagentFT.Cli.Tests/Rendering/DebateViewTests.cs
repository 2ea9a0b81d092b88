using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Serving;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MultiagentFT.Cli.Tests.Rendering;

public sealed class DebateViewTests
{
    private const int Width = 80;

    private static readonly SpeakingTurn First = new("q", 1, 0, "generator-1", IsSummary: false, null);
    private static readonly SpeakingTurn Second = new("q", 1, 1, "generator-2", IsSummary: false, new AdapterVersion("generator-2", 3));
    private static readonly SpeakingTurn Summary = new("q", 2, 1, "critic-2", IsSummary: true, null);

    [Fact]
    public void Plain_text_has_each_turn_when_it_has_ended()
    {
        using var output = new StringWriter();
        var view = new PlainDebateView(output);
        view.Show(new TurnStarted(First));
        view.Show(new TurnStarted(Second));
        view.Show(new TextGenerated(First, "one"));
        Assert.Empty(output.ToString());

        view.Show(Ended(Second, "tw\u001b[31mo"));
        view.Show(new TurnEnded(First, new GenerationResult("", [], FinishReason.Failed, 0, 0, new GenerationFailure(FailureKind.PromptTooLong, "no room"))));
        view.Show(Ended(Summary, "all say 2", FinishReason.Length));
        view.Show(new RoundVoted("q", new RoundVote(1, "2", 1, 1, Correct: true)));
        view.Show(new DebateEnded(new DebateOutcome("What?", [], "2", 1, 1, "3", Correct: false)));

        Assert.Equal(
            """
            --- round 1, generator-2 (generator-2@3)
            tw�[31mo

            --- round 1, generator-1 (base model)
            failed: no room

            --- round 2, summary for critic-2 (base model)
            all say 2
            (cut after 3 tokens)

            --- vote of round 1: 2 (1 of 1)

            2 (1 of 1): wrong, it is 3

            """,
            output.ToString());
    }

    [Fact]
    public void All_agents_of_a_phase_are_drawn_with_the_text_so_far()
    {
        using var output = new StringWriter();
        var drawn = new List<string>();
        var view = View(output, drawn);
        view.Show(new TurnStarted(First));
        view.Show(new TurnStarted(Second));
        view.Show(new TextGenerated(First, "one"));
        view.Show(new TextGenerated(Second, "[red]two"));
        view.Show(new TextGenerated(First, " and a half"));

        Assert.Contains("generator-1 (base model)", drawn[^1], StringComparison.Ordinal);
        Assert.Contains("one and a half", drawn[^1], StringComparison.Ordinal);
        Assert.Contains("generator-2 (generator-2@3)", drawn[^1], StringComparison.Ordinal);
        Assert.Contains("[red]two", drawn[^1], StringComparison.Ordinal);
        Assert.Empty(output.ToString());

        view.Show(Ended(First, "one and a half"));
        view.Show(Ended(Second, "[red]two"));
        view.Show(new RoundVoted("q", new RoundVote(1, null, 0, 0, Correct: false)));

        Assert.Equal("", drawn[^1].Trim());
        string[] expected = ["round 1, generator-1 (base model)", "one and a half", "[red]two", "vote of round 1: no agent committed to an answer"];
        Assert.All(expected, part => Assert.Contains(part, output.ToString(), StringComparison.Ordinal));
    }

    /// <summary>Long answers of many agents are cut to their last lines while they grow, and are whole when they have ended.</summary>
    [Fact]
    public void Long_answers_fit_the_terminal()
    {
        const int Height = 24;
        using var output = new StringWriter();
        var drawn = new List<string>();
        var view = View(output, drawn, Height);
        SpeakingTurn[] turns = [.. Enumerable.Range(0, 4).Select(agent => First with { Agent = agent, Speaker = $"generator-{agent + 1}" })];
        foreach (var turn in turns) view.Show(new TurnStarted(turn));
        var text = string.Concat(Enumerable.Range(0, 400).Select(word => $"word{word} "));
        foreach (var turn in turns) view.Show(new TextGenerated(turn, text));

        var lines = drawn[^1].TrimEnd('\n').Split('\n');
        Assert.InRange(lines.Length, turns.Length * 3, Height);
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 1, Width));
        Assert.Contains("word399", drawn[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("word0 ", drawn[^1], StringComparison.Ordinal);

        foreach (var turn in turns) view.Show(Ended(turn, text));
        Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, Width));
        Assert.Contains("word0 ", output.ToString(), StringComparison.Ordinal);
    }

    private static TurnEnded Ended(SpeakingTurn turn, string text, FinishReason finish = FinishReason.EndOfTurn) =>
        new(turn, new GenerationResult(text, [1, 2, 3], finish, 1, 0));

    private static LiveDebateView View(StringWriter output, List<string> drawn, int height = 40)
    {
        var console = Console(output, height);
        return new LiveDebateView(console, Draw, new RunningClock());

        void Draw(IRenderable target)
        {
            using var frame = new StringWriter();
            Console(frame, height).Write(target);
            drawn.Add(frame.ToString());
        }
    }

    private static IAnsiConsole Console(TextWriter output, int height)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Width;
        console.Profile.Height = height;
        return console;
    }

    /// <summary>A second goes by whenever somebody looks.</summary>
    private sealed class RunningClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++_seconds;
    }
}
