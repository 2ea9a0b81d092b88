using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Serving;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MultiagentFT.Cli.Rendering;

/// <summary>
/// All agents of a phase below each other, with their text as it grows; when the phase is over its turns stay above, and the
/// vote of each round below them.
/// </summary>
/// <param name="console">Where finished turns are written.</param>
/// <param name="draw">Replaces what is drawn live.</param>
/// <param name="time">Limits how often that is.</param>
internal sealed class LiveDebateView(IAnsiConsole console, Action<IRenderable> draw, TimeProvider time)
{
    /// <summary>Lines of a box that are not text.</summary>
    private const int Frame = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(60);

    private static readonly Color[] Colors = [Color.Aqua, Color.Yellow, Color.Fuchsia, Color.Lime, Color.Orange1, Color.CornflowerBlue];

    private readonly List<Speech> _speeches = [];
    private long _drawn;

    public void Show(DebateEvent happened)
    {
        switch (happened)
        {
            case TurnStarted { Turn: var turn }:
                _speeches.Add(new Speech(turn));
                break;
            case TextGenerated { Turn: var turn, Piece: var piece }:
                Find(turn).Text.Append(DebateText.Clean(piece));
                break;
            case TurnEnded { Turn: var turn, Result: var result }:
                Find(turn).Result = result;
                if (_speeches.TrueForAll(speech => speech.Result is not null)) Keep();
                break;
            case RoundVoted { Vote: var vote }:
                console.Write(new Rule(Markup.Escape(DebateText.Vote(vote))) { Justification = Justify.Left });
                break;
            case DebateEnded { Outcome: var outcome }:
                var color = outcome.Correct switch { null => Color.Default, true => Color.Green, false => Color.Red };
                console.WriteLine(DebateText.Outcome(outcome), new Style(color, decoration: Decoration.Bold));
                break;
        }
        if (time.GetElapsedTime(_drawn) < Interval || _speeches.Count == 0) return;
        _drawn = time.GetTimestamp();
        draw(Live());
    }

    private Speech Find(SpeakingTurn turn) => _speeches.Find(speech => speech.Turn == turn)!;

    /// <summary>Writes the turns of the phase for good.</summary>
    private void Keep()
    {
        draw(Text.Empty);
        foreach (var speech in _speeches) console.Write(Box(speech, int.MaxValue));
        _speeches.Clear();
    }

    /// <summary>All open turns, each with as many of its last lines as fit the height of the terminal.</summary>
    private Rows Live()
    {
        var lines = Math.Max(1, ((console.Profile.Height - 1) / _speeches.Count) - Frame);
        return new Rows(_speeches.Select(speech => Box(speech, lines)));
    }

    private Panel Box(Speech speech, int lines)
    {
        var (turn, result) = (speech.Turn, speech.Result);
        var color = Colors[turn.Agent % Colors.Length];
        var style = new Style(color, decoration: turn.IsSummary ? Decoration.Dim : Decoration.None);
        var text = speech.Text.ToString().TrimEnd();
        if (result is not null && DebateText.Shortfall(result) is { } shortfall) text = $"{text}\n{shortfall}".TrimStart();
        return new Panel(new Text(LastLines(text, lines), style))
        {
            Header = new PanelHeader(Markup.Escape($"round {turn.Round}, {DebateText.Title(turn)}")),
            BorderStyle = style,
            Border = BoxBorder.Rounded,
            Expand = true,
        };
    }

    private string LastLines(string text, int lines)
    {
        if (lines == int.MaxValue) return text;
        // Between a border and a blank on either side.
        var width = Math.Max(1, console.Profile.Width - 4);
        var wrapped = text.Split('\n').SelectMany(line => line.Length == 0 ? [""] : line.Chunk(width).Select(part => new string(part))).ToList();
        return wrapped.Count <= lines ? text : string.Join('\n', wrapped[^lines..]);
    }

    private sealed class Speech(SpeakingTurn turn)
    {
        public SpeakingTurn Turn => turn;

        public StringBuilder Text { get; } = new();

        public GenerationResult? Result { get; set; }
    }
}
