using System.CommandLine;
using System.Globalization;
using MultiagentFT.Bench.Decoding;
using MultiagentFT.Bench.Models;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft bench decode</c>: what a decode step of several agents costs, in every arrangement.</summary>
internal sealed class BenchDecodeCommand : MftCommand
{
    private const string Activity = "measurements";

    private readonly BenchModelOptions _model;
    private readonly Option<string[]> _adapters;
    private readonly Option<string[]> _rows;
    private readonly Option<int> _rank;
    private readonly Option<int> _depth;
    private readonly Option<int> _prompt;
    private readonly Option<int> _repeats;
    private readonly Option<int> _threads;
    private readonly Option<bool> _json;

    public BenchDecodeCommand(Terminal terminal)
        : base(
            "decode",
            "Times a decode step whose rows belong to several agents: the mixed-adapter decoder against llama.cpp's arrangements, interleaved.",
            terminal,
            "mft bench decode --shape llama-0.4b --quant q4_0 --adapters 1,3,8 --rows 1,3,8,64 --json",
            "mft bench decode --shape llama-0.4b --prompt 128 --adapters 3 --rows 3 --repeats 5",
            "mft bench decode --model models/arithmetic-3m.gguf --adapters 3 --rows 3,32")
    {
        var defaults = new DecodeBenchOptions();
        _model = new BenchModelOptions(this, defaultShape: "llama-0.4b");
        _adapters = Added(TypedOption.Texts(
            "--adapters", $"Numbers of adapters; 0 is the mixed-adapter decoder without [default: {string.Join(",", defaults.Adapters)}]", "n,n"));
        _rows = Added(TypedOption.Texts("--rows", $"Numbers of sequences in a step [default: {string.Join(",", defaults.Rows)}]", "n,n"));
        _rank = Number("--rank", "Rank of the adapters, on all linear layers", defaults.Rank);
        _depth = Added(TypedOption.Number<int>(
            "--depth", $"Tokens that every sequence holds before the step [default: {defaults.Depth}, or 0 with --prompt]"));
        _prompt = Number("--prompt", "Tokens of a prompt that the step computes for every sequence; 0 decodes one token of each", defaults.Prompt);
        _repeats = Number("--repeats", "Steps of each arrangement, of which the median is taken; sequential has fewer of many rows", defaults.Repeats);
        _threads = Number("--threads", "CPU threads; 0 takes every core", defaults.Threads);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var defaults = new DecodeBenchOptions();
        var prompt = parsed.ValueOr(_prompt, defaults.Prompt);
        var options = new DecodeBenchOptions
        {
            Adapters = TypedOption.WholeNumbers(parsed, _adapters) ?? defaults.Adapters,
            Rows = TypedOption.WholeNumbers(parsed, _rows) ?? defaults.Rows,
            Rank = parsed.ValueOr(_rank, defaults.Rank),
            Depth = parsed.ValueOr(_depth, prompt == 0 ? defaults.Depth : 0),
            Prompt = prompt,
            Repeats = parsed.ValueOr(_repeats, defaults.Repeats),
            Threads = parsed.ValueOr(_threads, defaults.Threads),
        };
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException("--" + error);
        _model.Check(parsed);
        await _model.RequireAsync(parsed, cancellation).ConfigureAwait(false);
        var results = await ProgressDisplay.ShowAsync(
            Terminal, view => Task.Run(() => Measure(parsed, options, view, cancellation), CancellationToken.None)).ConfigureAwait(false);
        Report(results, parsed.GetValue(_json));
    }

    private IReadOnlyList<DecodeMeasurement> Measure(
        ParseResult parsed, DecodeBenchOptions options, IProgressView view, CancellationToken cancellation)
    {
        using var model = _model.Open(parsed);
        using var adapters = NoiseAdapters.Write(model.Path, options.Adapters.Max(), options.Rank);
        using var bench = new DecodeBench(model.Path, adapters.Paths, options);
        var results = bench.Run(new StepProgress(view), cancellation);
        view.End(Activity, null);
        return results;
    }

    private void Report(IReadOnlyList<DecodeMeasurement> measurements, bool asJson)
    {
        if (asJson)
        {
            // The step without adapters belongs to several.
            var results = measurements.SelectMany(measurement => measurement.Results).Distinct();
            Terminal.WriteJson(new { commit = ProductVersion.Current.Commit, machine = Machine.Current(), results });
            return;
        }
        string[] headers = ["rows", "adapters", "prompt", .. Enum.GetValues<Arrangement>().Select(arrangement => TypedOption.NameOf(arrangement) + " ms")];
        Columns.Write(Terminal.Results, new Columns(headers, [.. measurements.Select(measurement => (string[])
            [
                Invariant($"{measurement.Rows}"),
                Invariant($"{measurement.Adapters}"),
                Invariant($"{measurement.Results[0].PromptTokens}"),
                .. Enum.GetValues<Arrangement>().Select(arrangement => Invariant($"{measurement.Of(arrangement)?.StepMilliseconds:0.00}")),
            ])])
        { FirstNumber = 3 });
    }

    private Option<int> Number(string name, string description, int value) =>
        Added(TypedOption.Number<int>(name, $"{description} [default: {value}]"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class StepProgress(IProgressView view) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value)
        {
            if (value.Done == 0) view.Begin(Activity, "decode", Activity, 0, value.Total);
            view.Advance(Activity, value.Done, 0, null);
        }
    }
}
