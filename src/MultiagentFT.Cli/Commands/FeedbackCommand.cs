using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Feedback;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft feedback</c>: what people think of a run's answers.</summary>
internal sealed class FeedbackCommand : MftCommand
{
    private readonly Argument<string> _run = new("run") { Description = "A run folder" };
    private readonly Option<bool> _json;
    private readonly Option<string> _export;
    private readonly Option<FeedbackFormat> _objective;

    public FeedbackCommand(Terminal terminal)
        : base(
            "feedback",
            "Shows how people who judged a run's answers on the page of mft serve agree with each other and with the vote, and makes datasets of it.",
            terminal,
            "mft feedback runs/mine",
            "mft feedback runs/mine --json",
            "mft feedback runs/mine --export pairs.jsonl",
            "mft feedback runs/mine --export labelled.jsonl --objective kto")
    {
        Add(_run);
        _json = Added(TypedOption.Flag("--json", "Print it as JSON"));
        _export = Added(TypedOption.Text("--export", "Write a dataset in TRL's format, a line for what most people think of a pair or an answer", TypedOption.File));
        _objective = Added(TypedOption.Choice<FeedbackFormat>("--objective", "What learns from it: dpo from pairs, kto from single answers, those of pairs included [default: dpo]"));
    }

    protected override bool StopsAtOnce => true;

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var layout = new RunLayout(FilePath.Full(parsed.GetValue(_run)!, "run"));
        if (!File.Exists(layout.Config)) throw new InputException(layout.Root, null, "a run folder", Directory.Exists(layout.Root) ? "a folder without config.json" : "no such folder");
        var export = parsed.GetValue(_export);
        if (export is null && parsed.GetResult(_objective) is { Implicit: false })
            throw new InputException(_objective.Name, null, $"{_export.Name} beside it", "none");
        if (export is not null) export = OutputPath.RequireFile(export, _export.Name);
        var judgments = FeedbackFile.Read(layout.Feedback);
        var summary = FeedbackSummary.Of(judgments);
        if (parsed.GetValue(_json)) Terminal.WriteJson(summary);
        else FeedbackTable.Write(Terminal.Results, summary);
        if (export is not null) Export(export, parsed.ValueOr(_objective, FeedbackFormat.Dpo), judgments);
        return Task.CompletedTask;
    }

    private void Export(string path, FeedbackFormat format, IReadOnlyList<Judgment> judgments)
    {
        var lines = format == FeedbackFormat.Dpo ? FeedbackDataset.WritePairs(path, judgments) : FeedbackDataset.WriteLabelled(path, judgments);
        Terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines} lines written to {path}"));
    }
}
