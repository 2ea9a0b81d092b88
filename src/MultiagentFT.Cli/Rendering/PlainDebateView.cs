using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Rendering;

/// <summary>A debate as plain text: each turn when it has ended, the vote of each round, the outcome.</summary>
internal sealed class PlainDebateView(TextWriter output)
{
    public void Show(DebateEvent happened)
    {
        switch (happened)
        {
            case TurnEnded { Turn: var turn, Result: var result }:
                output.WriteLine($"--- round {turn.Round}, {DebateText.Title(turn)}");
                if (result.Failure is null) output.WriteLine(DebateText.Clean(result.Text));
                if (DebateText.Shortfall(result) is { } shortfall) output.WriteLine(shortfall);
                output.WriteLine();
                break;
            case RoundVoted { Vote: var vote }:
                output.WriteLine($"--- {DebateText.Vote(vote)}");
                output.WriteLine();
                break;
            case DebateEnded { Outcome: var outcome }:
                output.WriteLine(DebateText.Outcome(outcome));
                break;
        }
        output.Flush();
    }
}
