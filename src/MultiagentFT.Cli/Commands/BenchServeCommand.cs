using System.CommandLine;
using System.Globalization;
using MultiagentFT.Bench.Loading;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;
using MultiagentFT.Server;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft bench serve</c>: what serving over HTTP costs, and how another server compares.</summary>
internal sealed class BenchServeCommand : MftCommand
{
    private const string Activity = "rounds";

    private readonly BenchModelOptions _model;
    private readonly Option<int> _clients;
    private readonly Option<int> _adapters;
    private readonly Option<int> _rank;
    private readonly Option<int> _requests;
    private readonly Option<int> _rounds;
    private readonly Option<int> _promptWords;
    private readonly Option<int> _answerTokens;
    private readonly Option<int> _threads;
    private readonly Option<string> _files;
    private readonly Option<bool> _filesOnly;
    private readonly Option<string> _url;
    private readonly Option<string[]> _urlModels;
    private readonly Option<bool> _urlLora;
    private readonly Option<bool> _json;

    public BenchServeCommand(Terminal terminal)
        : base(
            "serve",
            "Times streaming clients over adapters of noise: in process, through mft's own server, and by another server of OpenAI's API, taking turns. "
                + "Answers have one length.",
            terminal,
            "mft bench serve --json",
            "mft bench serve --shape llama-0.4b --quant q4_0 --adapters 8 --files bench/ --files-only",
            "mft bench serve --model bench/model.gguf --adapters 8 --files bench/ --url http://127.0.0.1:8081/v1 --url-lora")
    {
        var defaults = new LoadBenchOptions();
        _model = new BenchModelOptions(this, defaultShape: null);
        _clients = Number("--clients", "Clients that each have one request under way at all times", defaults.Clients);
        _adapters = Number("--adapters", "Adapters of noise, which requests take in turn", defaults.Adapters);
        _rank = Number("--rank", "Their rank, on all linear layers", defaults.Rank);
        _requests = Number("--requests", "Requests of each client in a round", defaults.Requests);
        _rounds = Number("--rounds", "Rounds of each way, beside one that warms up", defaults.Rounds);
        _promptWords = Number("--prompt-words", "Words of each prompt", defaults.PromptWords);
        _answerTokens = Number("--answer-tokens", "Tokens of each answer: no token ends one", defaults.AnswerTokens);
        _threads = Number("--threads", "CPU threads; 0 takes every core", defaults.Threads);
        _files = Added(TypedOption.Text(
            "--files", "Folder where model (if its weights are made up) and adapters are written and stay, so that another server can be started with them", "folder"));
        _filesOnly = Added(TypedOption.Flag("--files-only", "Write the files and measure nothing"));
        _url = Added(TypedOption.Text("--url", "Address of another server's API with the same model and adapters, such as http://127.0.0.1:8081/v1", "url"));
        _urlModels = Added(TypedOption.Texts("--url-models", "Its names of the adapters, in their order", "name"));
        _urlLora = Added(TypedOption.Flag("--url-lora", "It chooses adapters by the field lora, as llama.cpp's server does"));
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Options(parsed);
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException("--" + error);
        var other = Other(parsed, options);
        _model.Check(parsed);
        var folder = parsed.GetValue(_files) is { } path ? FilePath.Full(path, _files.Name) : null;
        if (folder is null) IgnoredOptions.Refuse(parsed, _files.Name, _filesOnly.Name);
        await _model.RequireAsync(parsed, cancellation).ConfigureAwait(false);
        using var files = folder is null ? BenchFiles.Temporary(_model.Open(parsed), options) : BenchFiles.In(folder, _model.Open(parsed), options);
        if (parsed.GetValue(_filesOnly))
        {
            foreach (var file in files.Adapters.Prepend(files.Model)) Terminal.Output.WriteLine(file);
            return;
        }
        var results = await ProgressDisplay.ShowAsync(Terminal, async view =>
        {
            view.Begin(Activity, "rounds", Activity, 0, options.Rounds);
            var bench = new LoadBench(files.Model, files.Adapters, options, ListenAsync, other, TimeProvider.System);
            var measured = await bench.RunAsync(new RoundProgress(view), cancellation).ConfigureAwait(false);
            view.End(Activity, null);
            return measured;
        }).ConfigureAwait(false);
        Report(results, options, parsed.GetValue(_json));
    }

    private static async Task<(Uri Address, IAsyncDisposable Server)> ListenAsync(ServedSociety society, CancellationToken cancellation)
    {
        var host = await SocietyHost.StartAsync(society, null, new HostOptions { Port = 0 }, cancellation).ConfigureAwait(false);
        return (new Uri(host.Address, "v1/"), host);
    }

    private new LoadBenchOptions Options(ParseResult parsed)
    {
        var defaults = new LoadBenchOptions();
        return new LoadBenchOptions
        {
            Clients = parsed.ValueOr(_clients, defaults.Clients),
            Adapters = parsed.ValueOr(_adapters, defaults.Adapters),
            Rank = parsed.ValueOr(_rank, defaults.Rank),
            Requests = parsed.ValueOr(_requests, defaults.Requests),
            Rounds = parsed.ValueOr(_rounds, defaults.Rounds),
            PromptWords = parsed.ValueOr(_promptWords, defaults.PromptWords),
            AnswerTokens = parsed.ValueOr(_answerTokens, defaults.AnswerTokens),
            Threads = parsed.ValueOr(_threads, defaults.Threads),
        };
    }

    private OtherServer? Other(ParseResult parsed, LoadBenchOptions options)
    {
        var (models, byIndex) = (parsed.GetValue(_urlModels) ?? [], parsed.GetValue(_urlLora));
        if (parsed.GetValue(_url) is not { } url)
        {
            IgnoredOptions.Refuse(parsed, _url.Name, _urlModels.Name, _urlLora.Name);
            return null;
        }
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new InputException(_url.Name, null, "http(s)://HOST/PATH", url);
        if (byIndex) IgnoredOptions.Refuse(parsed, $"no {_urlLora.Name}", _urlModels.Name);
        else if (models.Length != options.Adapters) throw new InputException(_urlModels.Name, null, $"{options.Adapters} names, one an adapter, or {_urlLora.Name}", $"{models.Length}");
        return new OtherServer(address, models, byIndex);
    }

    private void Report(IReadOnlyList<LoadResult> results, LoadBenchOptions options, bool asJson)
    {
        if (asJson)
        {
            Terminal.WriteJson(new { commit = ProductVersion.Current.Commit, machine = Machine.Current(), options, results });
            return;
        }
        Columns.Write(Terminal.Results, new Columns(
            ["way", "clients", "adapters", "requests", "tokens/s", "ratio", "first p50 ms", "ratio", "first p95 ms", "ratio"],
            [.. results.Select(result => (string[])
            [
                result.Target,
                Invariant($"{result.Clients}"),
                Invariant($"{result.Adapters}"),
                Invariant($"{result.Requests}"),
                Invariant($"{result.TokensPerSecond:#,0}"),
                Invariant($"{result.SpeedRatio:0.000}"),
                Invariant($"{result.FirstTokenP50:0.0}"),
                Invariant($"{result.FirstTokenP50Ratio:0.00}"),
                Invariant($"{result.FirstTokenP95:0.0}"),
                Invariant($"{result.FirstTokenP95Ratio:0.00}"),
            ])]));
    }

    private Option<int> Number(string name, string description, int value) =>
        Added(TypedOption.Number<int>(name, $"{description} [default: {value}]"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class RoundProgress(IProgressView view) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => view.Advance(Activity, value.Done, 0, null);
    }
}
