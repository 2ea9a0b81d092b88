using System.CommandLine;
using System.Globalization;
using MultiagentFT.Bench.Debating;
using MultiagentFT.Bench.Models;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Runs.Results;
using Spectre.Console;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft bench debate</c>: how long one debate takes.</summary>
internal sealed class BenchDebateCommand : MftCommand
{
    private const string Activity = "debates";

    private readonly Option<string> _model;
    private readonly Option<DecoderKind[]> _decoders;
    private readonly Option<int> _agents;
    private readonly Option<int> _rounds;
    private readonly Option<int> _debates;
    private readonly Option<int> _rank;
    private readonly Option<int> _threads;
    private readonly Option<bool> _json;

    public BenchDebateCommand(Terminal terminal)
        : base(
            "debate",
            "Times whole debates, one at a time: median, 95th percentile and time to first token, the decoders taking turns.",
            terminal,
            "mft bench debate --agents 3 --rounds 2 --debates 30 --json",
            "mft bench debate --model model.gguf --decoders society --agents 8")
    {
        var defaults = new DebateBenchOptions();
        _model = Added(TypedOption.Text("--model", "GGUF file of the base model [default: the embedded one]", "file"));
        _decoders = Added(TypedOption.Choices<DecoderKind>("--decoders", "Decoders to compare [default: all]"));
        _agents = Number("--agents", "Generators, and as many critics, each with an adapter of noise", defaults.Agents);
        _rounds = Number("--rounds", "Rounds of a debate", defaults.Rounds);
        _debates = Number("--debates", "Debates of each decoder", defaults.Debates);
        _rank = Number("--rank", "Rank of the adapters, on all linear layers", defaults.Rank);
        _threads = Number("--threads", "CPU threads; 0 takes every core", defaults.Threads);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var defaults = new DebateBenchOptions();
        var options = new DebateBenchOptions
        {
            Decoders = parsed.GetValue(_decoders) is { Length: > 0 } chosen ? [.. chosen.Distinct()] : defaults.Decoders,
            Agents = parsed.ValueOr(_agents, defaults.Agents),
            Rounds = parsed.ValueOr(_rounds, defaults.Rounds),
            Debates = parsed.ValueOr(_debates, defaults.Debates),
            Rank = parsed.ValueOr(_rank, defaults.Rank),
            Threads = parsed.ValueOr(_threads, defaults.Threads),
        };
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException("--" + error);
        var model = EmbeddedModel.Or(parsed.GetValue(_model) ?? "");
        using var adapters = NoiseAdapters.Write(model, 2 * options.Agents, options.Rank);
        var results = await ProgressDisplay.ShowAsync(Terminal, async view =>
        {
            view.Begin(Activity, "debates", Activity, 0, options.Debates);
            var measured = await DebateBench.RunAsync(
                model, adapters.Paths, options, TimeProvider.System, new DebateProgress(view), cancellation).ConfigureAwait(false);
            view.End(Activity, null);
            return measured;
        }).ConfigureAwait(false);
        Report(results, parsed.GetValue(_json));
    }

    private void Report(IReadOnlyList<DebateLatency> results, bool asJson)
    {
        if (asJson)
        {
            Terminal.WriteJson(new { commit = ProductVersion.Current.Commit, machine = Machine.Current(), results });
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn("decoder");
        foreach (var header in (string[])["agents", "rounds", "debates", "p50 ms", "p95 ms", "first token ms", "tokens/s"])
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (var result in results)
        {
            table.AddRow(
                TypedOption.NameOf(result.Decoder),
                Invariant($"{result.Agents}"),
                Invariant($"{result.Rounds}"),
                Invariant($"{result.Debates}"),
                Invariant($"{result.P50Milliseconds:0.0}"),
                Invariant($"{result.P95Milliseconds:0.0}"),
                Invariant($"{result.FirstTokenMilliseconds:0.0}"),
                Invariant($"{result.TokensPerSecond:#,0}"));
        }
        Terminal.Results.Write(table);
    }

    private Option<int> Number(string name, string description, int value) =>
        Added(TypedOption.Number<int>(name, $"{description} [default: {value}]"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class DebateProgress(IProgressView view) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => view.Advance(Activity, value.Done, 0, null);
    }
}
