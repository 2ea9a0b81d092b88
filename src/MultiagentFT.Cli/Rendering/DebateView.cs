using MultiagentFT.Contracts.Generation;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Writes a debate as it is spoken: a heading for each turn, its text in its agent's colour, the vote.</summary>
internal sealed class DebateView(IAnsiConsole console)
{
    private static readonly Color[] Colors = [Color.Aqua, Color.Yellow, Color.Fuchsia, Color.Lime, Color.Orange1, Color.CornflowerBlue];

    public void Open(string question) => console.WriteLine(question, new Style(decoration: Decoration.Bold));

    public void Begin(int round, int agent, bool isSummary, AdapterVersion? speaker)
    {
        var what = isSummary ? $"summary for agent {agent + 1}" : $"agent {agent + 1}";
        var who = speaker?.ToString() ?? "base model";
        console.WriteLine();
        Rule($"round {round}, {what} ({who})", StyleOf(agent, isSummary));
    }

    public void Say(int agent, bool isSummary, string text) => console.Write(text, StyleOf(agent, isSummary));

    public void End(GenerationResult result)
    {
        console.WriteLine();
        if (result.Failure is { } failure) console.WriteLine("failed: " + failure.Message, new Style(Color.Red));
        else if (result.Finish is not FinishReason.EndOfTurn)
            console.WriteLine($"(cut after {result.GeneratedTokens} tokens)", new Style(Color.Grey));
    }

    public void Close(DebateOutcome outcome)
    {
        console.WriteLine();
        Rule("vote", Style.Plain);
        console.WriteLine(
            outcome.Vote is null ? "no agent committed to an answer" : $"{outcome.Vote} ({outcome.Votes} of {outcome.Voters})");
        if (outcome is { Truth: { } truth, Correct: { } correct })
            console.WriteLine(correct ? "right" : $"wrong: it is {truth}", new Style(correct ? Color.Green : Color.Red));
    }

    private void Rule(string title, Style style) =>
        console.Write(new Rule(Markup.Escape(title)) { Justification = Justify.Left, Style = style });

    private static Style StyleOf(int agent, bool isSummary) =>
        new(Colors[agent % Colors.Length], decoration: isSummary ? Decoration.Italic : Decoration.None);
}
