using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft debate</c>: one debate, live.</summary>
internal sealed class DebateCommand : MftCommand
{
    private readonly Argument<string> _question = new("question") { Description = "What the agents are asked; - reads standard input" };
    private readonly Option<bool> _json;
    private readonly SpeakerOptions _speakers;

    public DebateCommand(Terminal terminal)
        : base(
            "debate",
            "Shows one debate, all agents at once, and its votes.",
            terminal,
            "mft debate \"What is 21+7*18+12-8*28?\"",
            "mft debate \"What is 21+7*18+12-8*28?\" --society runs/mine",
            "mft debate \"Which is larger, 9.9 or 9.11?\" --model model.gguf --agents 4 --rounds 3 --json",
            "mft debate \"Which is larger, 9.9 or 9.11?\" --model openai:llama3.2 --base-url http://localhost:11434/v1")
    {
        Add(_question);
        _speakers = new SpeakerOptions(this, terminal);
        _json = Added(TypedOption.Flag("--json", "Print the whole debate as JSON when it is over"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var question = StandardStream.Read(Terminal, parsed.GetValue(_question)!);
        await using var society = await Speakers.OpenAsync(_speakers.Read(parsed), cancellation).ConfigureAwait(false);
        using var spending = new SpendingReport(Terminal, society.Endpoint);
        if (parsed.GetValue(_json))
            Terminal.WriteJson(await society.DebateAsync(question, cancellation: cancellation).ConfigureAwait(false));
        else
            await DebateDisplay.ShowAsync(Terminal, society.StreamDebateAsync(question, cancellation)).ConfigureAwait(false);
    }
}
