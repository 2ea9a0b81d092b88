using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;
using MultiagentFT.Training.Measuring;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft bench train</c>: how fast adapters are trained, against what a large product reaches on the machine, and in how much memory.</summary>
internal sealed class BenchTrainCommand : MftCommand
{
    private const string Activity = "measurements";

    private readonly BenchModelOptions _model;
    private readonly Settings<TrainingOptions> _training = TrainingSettings.Create("--")
        .Only("--rank", "--targets", "--batch-tokens", "--accumulation", "--memory", "--keep", "--float32", "--threads", "--device");
    private readonly Option<string[]> _adapters;
    private readonly Option<string[]> _objectives;
    private readonly Option<int> _sideBySide;
    private readonly Option<int> _length;
    private readonly Option<int> _steps;
    private readonly Option<bool> _json;

    public BenchTrainCommand(Terminal terminal)
        : base(
            "train",
            "Times the training of adapters on made-up conversations, each measurement in a process of its own: tokens a second, their share of what a large product reaches there, memory planned and taken.",
            terminal,
            "mft bench train --shape llama-0.4b --quant q4_k_m --rank 16 --adapters 1,6 --objectives supervised,dpo --json",
            "mft bench train --model models/arithmetic-3m.gguf --length 128",
            "mft bench train --shape llama-3.1-8b --quant q4_k_m --keep nothing --batch-tokens 512 --steps 1")
    {
        var defaults = new TrainingBenchJob { Model = "" };
        _model = new BenchModelOptions(this, defaultShape: "llama-0.4b");
        _adapters = Added(TypedOption.Texts("--adapters", $"Numbers of adapters that are trained over one base in one process [default: {defaults.Adapters}]", "n,n"));
        _objectives = Added(TypedOption.Texts("--objectives", $"What is minimized, one after another [default: {defaults.Options.Objective}]", "key,key"));
        _sideBySide = Number("--side-by-side", "Adapters that are trained at the same time", defaults.SideBySide);
        _length = Number("--length", "Tokens of every sequence", defaults.Length);
        _steps = Number("--steps", "Steps of each adapter that count, after one that does not", defaults.Steps);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
        _training.AddTo(this);
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = _training.Apply(new TrainingOptions(), parsed);
        string[] objectives = parsed.GetValue(_objectives) is { Length: > 0 } given ? given : [options.Objective];
        var adapters = TypedOption.WholeNumbers(parsed, _adapters) ?? [1];
        _model.Check(parsed);
        var jobs = (from objective in objectives
                    from count in adapters
                    select new TrainingBenchJob
                    {
                        Model = "",
                        Options = options with { Objective = objective },
                        Adapters = count,
                        SideBySide = parsed.ValueOr(_sideBySide, 1),
                        Length = parsed.ValueOr(_length, 512),
                        Steps = parsed.ValueOr(_steps, 5),
                    }).ToList();
        foreach (var job in jobs)
        {
            if (job.Validate().FirstOrDefault() is { } error) throw new InputException("--" + error);
            _ = Training.Objectives.ObjectiveCatalog.Default.Require(job.Options.Objective);
        }
        await _model.RequireAsync(parsed, cancellation).ConfigureAwait(false);
        using var model = await Task.Run(() => _model.Open(parsed), cancellation).ConfigureAwait(false);
        var results = await ProgressDisplay.ShowAsync(Terminal, view => MeasureAsync(model.Path, jobs, view, cancellation)).ConfigureAwait(false);
        Report(parsed, results);
    }

    private static async Task<IReadOnlyList<TrainingMeasurement>> MeasureAsync(string model, List<TrainingBenchJob> jobs, IProgressView view, CancellationToken cancellation)
    {
        var results = new List<TrainingMeasurement>();
        foreach (var job in jobs)
        {
            if (results.Count == 0) view.Begin(Activity, "train", Activity, 0, jobs.Count);
            var (code, output, errors) = await ChildCommand.RunAsync(
                MeasureTrainingCommand.Command, JsonSerializer.Serialize(job with { Model = Path.GetFullPath(model) }, JsonFormats.Line), cancellation).ConfigureAwait(false);
            if (code == ExitCode.BadInput) throw new InputException(errors);
            if (code != ExitCode.Success) throw new IOException($"the measuring process exited with code {code}: {errors}");
            results.Add(JsonSerializer.Deserialize<TrainingMeasurement>(output, JsonFormats.Line)!);
            view.Advance(Activity, results.Count, 0, null);
        }
        view.End(Activity, null);
        return results;
    }

    private void Report(ParseResult parsed, IReadOnlyList<TrainingMeasurement> results)
    {
        var (shape, quant) = _model.Describe(parsed);
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(new
            {
                commit = ProductVersion.Current.Commit,
                machine = Machine.Current(),
                results = results.Select(result => new
                {
                    shape,
                    quant,
                    result.Objective,
                    result.Adapters,
                    result.SideBySide,
                    result.Rank,
                    result.Length,
                    result.BatchTokens,
                    result.Steps,
                    result.Keep,
                    result.KeptBlocks,
                    result.TokensPerSecond,
                    result.PeakShare,
                    result.PeakOperationsPerSecond,
                    result.PlannedBytes,
                    result.PeakBytes,
                }),
            });
            return;
        }
        Terminal.Output.WriteLine($"{shape} in {quant}");
        Columns.Write(Terminal.Results, new Columns(
            ["objective", "kept", "blocks", "adapters", "at a time", "rank", "length", "batch", "steps", "tokens/s", "of peak", "planned", "peak"],
            [.. results.Select(result => (string[])
            [
                result.Objective,
                TypedOption.NameOf(result.Keep),
                Invariant($"{result.KeptBlocks}"),
                Invariant($"{result.Adapters}"),
                Invariant($"{result.SideBySide}"),
                Invariant($"{result.Rank}"),
                Invariant($"{result.Length}"),
                Invariant($"{result.BatchTokens}"),
                Invariant($"{result.Steps}"),
                Invariant($"{result.TokensPerSecond:#,0}"),
                Invariant($"{100 * result.PeakShare:0} %"),
                ByteSize.Text(result.PlannedBytes),
                ByteSize.Text(result.PeakBytes),
            ])])
        { FirstNumber = 2 });
    }

    private Option<int> Number(string name, string description, int value) =>
        Added(TypedOption.Number<int>(name, $"{description} [default: {value}]"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
