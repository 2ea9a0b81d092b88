using System.CommandLine;
using System.Globalization;
using MultiagentFT.Bench.Debating;
using MultiagentFT.Bench.Models;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft bench debate</c>: how long one debate takes.</summary>
internal sealed class BenchDebateCommand : MftCommand
{
    private const string Activity = "debates";

    private readonly Option<string> _society;
    private readonly ConfigOptions _config;
    private readonly BenchModelOptions _model;
    private readonly Option<DecoderKind[]> _decoders;
    private readonly Option<int> _agents;
    private readonly Option<int> _rounds;
    private readonly Option<int> _debates;
    private readonly Option<int> _rank;
    private readonly Option<int> _answerTokens;
    private readonly Option<int> _threads;
    private readonly Option<bool> _json;

    public BenchDebateCommand(Terminal terminal)
        : base(
            "debate",
            "Times whole debates, one at a time: median, 95th percentile and time to first token, the decoders taking turns. "
                + "A finetuned society ends its answers itself; agents of noise give answers of one length.",
            terminal,
            "mft bench debate --society runs/mine --debates 30 --json",
            "mft bench debate --society runs/mine --config settings.json",
            "mft bench debate --shape llama-0.4b --quant q4_0 --answer-tokens 64 --debates 5",
            "mft bench debate --model model.gguf --decoders mixed --agents 8")
    {
        var (defaults, noise) = (new DebateBenchOptions(), new NoiseSociety());
        _society = Added(TypedOption.Text("--society", "Run folder whose newest society debates, with its model, prompts and debate", "folder"));
        _config = new ConfigOptions(
            this,
            terminal,
            parsed => RunConfigFile.ToJson(parsed.GetValue(_society) is { } folder
                ? Config(SavedSociety.Latest(folder), parsed)
                : throw new InputException("--print-config", null, "--society, as agents of noise have no settings but options", "none")),
            RunConfigFile.Schema<AnsweringConfig>);
        _model = new BenchModelOptions(this, defaultShape: null);
        _decoders = Added(TypedOption.Choices<DecoderKind>("--decoders", "Decoders to compare [default: all]"));
        _agents = Number("--agents", "Generators, and as many critics, each with an adapter of noise", noise.Agents);
        _rounds = Added(TypedOption.Number<int>("--rounds", $"Rounds of a debate [default: the society's, or {noise.Rounds}]"));
        _rank = Number("--rank", "Rank of the adapters of noise, on all linear layers", noise.Rank);
        _answerTokens = Number("--answer-tokens", "Tokens of every answer and summary of agents of noise: no token ends one", noise.AnswerTokens);
        _debates = Number("--debates", "Debates of each decoder", defaults.Debates);
        _threads = Number("--threads", "CPU threads; 0 takes every core", defaults.Threads);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var defaults = new DebateBenchOptions();
        var options = new DebateBenchOptions
        {
            Decoders = parsed.GetValue(_decoders) is { Length: > 0 } chosen ? [.. chosen.Distinct()] : defaults.Decoders,
            Debates = parsed.ValueOr(_debates, defaults.Debates),
            Threads = parsed.ValueOr(_threads, defaults.Threads),
        };
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException("--" + error);
        var results = parsed.GetValue(_society) is { } folder
            ? await MeasureSocietyAsync(SocietyIn(folder, parsed), options, cancellation).ConfigureAwait(false)
            : await MeasureNoiseAsync(parsed, options, cancellation).ConfigureAwait(false);
        Report(results, parsed.GetValue(_json));
    }

    private DebateSetup SocietyIn(string folder, ParseResult parsed)
    {
        IgnoredOptions.Refuse(parsed, "no --society", BenchModelOptions.Shape, BenchModelOptions.Quant, _agents.Name, _rank.Name, _answerTokens.Name);
        var saved = SavedSociety.Latest(folder);
        var config = Config(saved, parsed);
        var society = SocietyOptions.Of(saved) with
        {
            Model = config.Model,
            Seed = config.Seed,
            Grading = config.Grading,
            Debate = config.Debate,
            Prompts = config.Prompts,
            Engine = config.Engine,
        };
        return new DebateSetup(society) { Task = config.OpenTask() };
    }

    /// <summary>The society's settings, then those of a file, then those of the command line.</summary>
    private AnsweringConfig Config(SavedSociety saved, ParseResult parsed)
    {
        var config = _config.Read<AnsweringConfig>(parsed, saved.Config with { Model = SocietyOptions.Of(saved).Model });
        config = config with
        {
            Model = _model.FileOf(parsed) ?? config.Model,
            Debate = config.Debate with { Rounds = parsed.ValueOr(_rounds, config.Debate.Rounds) },
        };
        RunConfigFile.Check("options", config);
        return config;
    }

    private async Task<IReadOnlyList<DebateLatency>> MeasureSocietyAsync(DebateSetup setup, DebateBenchOptions options, CancellationToken cancellation)
    {
        var society = setup.Society;
        await ModelProbe.RequireAsync(
            new ProbeJob(society.Model, [.. society.Adapters.Select(adapter => adapter.File).Distinct()], society.Engine), cancellation).ConfigureAwait(false);
        return await MeasureAsync(setup, options, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<DebateLatency>> MeasureNoiseAsync(
        ParseResult parsed, DebateBenchOptions options, CancellationToken cancellation)
    {
        IgnoredOptions.Refuse(parsed, "--society", "--config");
        var defaults = new NoiseSociety();
        var noise = new NoiseSociety
        {
            Agents = parsed.ValueOr(_agents, defaults.Agents),
            Rounds = parsed.ValueOr(_rounds, defaults.Rounds),
            Rank = parsed.ValueOr(_rank, defaults.Rank),
            AnswerTokens = parsed.ValueOr(_answerTokens, defaults.AnswerTokens),
        };
        if (noise.Validate().FirstOrDefault() is { } error) throw new InputException("--" + error);
        _model.Check(parsed);
        await _model.RequireAsync(parsed, cancellation).ConfigureAwait(false);
        using var model = _model.Open(parsed);
        using var adapters = NoiseAdapters.Write(model.Path, noise.Adapters, noise.Rank);
        return await MeasureAsync(noise.Setup(model.Path, adapters.Paths), options, cancellation).ConfigureAwait(false);
    }

    private Task<IReadOnlyList<DebateLatency>> MeasureAsync(DebateSetup setup, DebateBenchOptions options, CancellationToken cancellation) =>
        ProgressDisplay.ShowAsync(Terminal, async view =>
        {
            view.Begin(Activity, "debates", Activity, 0, options.Debates);
            var measured = await DebateBench.RunAsync(setup, options, TimeProvider.System, new DebateProgress(view), cancellation).ConfigureAwait(false);
            view.End(Activity, null);
            return measured;
        });

    private void Report(IReadOnlyList<DebateLatency> results, bool asJson)
    {
        if (asJson)
        {
            Terminal.WriteJson(new { commit = ProductVersion.Current.Commit, machine = Machine.Current(), results });
            return;
        }
        Columns.Write(Terminal.Results, new Columns(
            ["decoder", "agents", "rounds", "debates", "tokens a debate", "prompt", "cached", "p50 ms", "p95 ms", "first token ms", "tokens/s"],
            [.. results.Select(result => (string[])
            [
                TypedOption.NameOf(result.Decoder),
                Invariant($"{result.Agents}"),
                Invariant($"{result.Rounds}"),
                Invariant($"{result.Debates}"),
                Invariant($"{(double)result.GeneratedTokens / result.Debates:0}"),
                Invariant($"{(double)(result.PromptTokens + result.CachedTokens) / result.Debates:0}"),
                Invariant($"{(double)result.CachedTokens / result.Debates:0}"),
                Invariant($"{result.P50Milliseconds:0.0}"),
                Invariant($"{result.P95Milliseconds:0.0}"),
                Invariant($"{result.FirstTokenMilliseconds:0.0}"),
                Invariant($"{result.TokensPerSecond:#,0}"),
            ])]));
    }

    private Option<int> Number(string name, string description, int value) =>
        Added(TypedOption.Number<int>(name, $"{description} [default: {value}]"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class DebateProgress(IProgressView view) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => view.Advance(Activity, value.Done, 0, null);
    }
}
