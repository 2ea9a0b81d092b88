using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft run</c>: the main job.</summary>
internal sealed class RunCommand : MftCommand
{
    private readonly Settings<RunConfig> _settings = RunSettings.OfRun();
    private readonly Option<string> _output;
    private readonly ConfigOptions _config;
    private readonly KeyOption _key;
    private readonly ClusterOptions _cluster;
    private readonly Option<string> _tensorboard;
    private readonly Option<bool> _json;

    public RunCommand(Terminal terminal)
        : base(
            "run",
            "A society debates, finetunes itself on the votes, and is compared with single agents. The same command continues it.",
            terminal,
            "mft run",
            "mft run --model model.gguf --task problems.jsonl --iterations 3 --output runs/mine",
            "mft run --config run.json --seed 2 --json",
            "mft run --model openai:gpt-4.1-mini --cost-budget 20 --input-price 0.4 --output-price 1.6 --training-price 5 --output runs/remote",
            "mft run --nats nats://head:4222 --output runs/mine",
            "mft run --training-problems 100 --evaluation-problems 100 --comparisons debate,multiagent-ft")
    {
        _output = Added(TypedOption.Text("--output", "Run folder [default: runs/MODEL-TASK-seedN]", "folder"));
        _config = new ConfigOptions(this, terminal, parsed => RunConfigFile.ToJson(Configure(parsed).Config), RunConfigFile.Schema<RunConfig>);
        _settings.AddTo(this);
        _key = new KeyOption(this);
        _cluster = new ClusterOptions(this);
        _tensorboard = Added(TypedOption.Text("--tensorboard", "Write curves of all trainings there, for TensorBoard and as JSON lines, in METHOD/iteration-k/AGENT", TypedOption.Folder));
        _json = Added(TypedOption.Flag("--json", "Print the summary as JSON"));
    }

    public override bool IsResumable => true;

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var cluster = _cluster.Read(parsed);
        var (config, task) = Configure(parsed);
        var output = OutputPath.RequireFolder(parsed.GetValue(_output) ?? DefaultFolder(config), "--output");
        var curves = Curves(parsed, !RemoteModel.IsRemote(config.Model));
        // Whatever can be known to be wrong is found before the folder is claimed: a refused run leaves nothing behind.
        foreach (var note in RunJob.Check(config, task).Notes(config)) Terminal.Error.WriteLine(note);
        var key = _key.Read(parsed, RemoteModel.IsRemote(config.Model), config.Remote.BaseUrl, isGiven: true);
        var summary = await new RunJob(Terminal, cluster) { Curves = curves }.RunAsync(config, task, output, key, cancellation).ConfigureAwait(false);
        Show(summary, new RunLayout(output), parsed.GetValue(_json));
    }

    private string? Curves(ParseResult parsed, bool hasSteps)
    {
        if (parsed.GetValue(_tensorboard) is not { } folder) return null;
        return hasSteps
            ? OutputPath.RequireFolder(folder, _tensorboard.Name)
            : throw new InputException(_tensorboard.Name, null, "trainings on this machine or on workers, whose curves it writes", "an endpoint that trains");
    }

    /// <summary>The same settings always have the same folder, so that the same command continues.</summary>
    internal static string DefaultFolder(RunConfig config)
    {
        var model = ModelPath.Title(config.Model);
        var task = Path.GetFileNameWithoutExtension(config.Task);
        return Path.Combine("runs", $"{model}-{task}-seed{config.Seed.ToString(CultureInfo.InvariantCulture)}");
    }

    private (RunConfig Config, IDebateTask Task) Configure(ParseResult parsed)
    {
        var defaults = new RunConfig { Model = EmbeddedModel.Path };
        var config = _settings.Apply(_config.Read(parsed, defaults), parsed);
        config = config with { Model = EmbeddedModel.Or(config.Model == EmbeddedModel.Path ? "" : config.Model) };
        if (config.EmbeddingModel.Length > 0) config = config with { EmbeddingModel = EmbeddedModel.Or(config.EmbeddingModel) };
        var task = TaskFile.Open(Terminal, config);
        config = RunProblems.Fit(
            config, task, IsGiven(parsed, "training-problems", "trainingProblems"), IsGiven(parsed, "evaluation-problems", "evaluationProblems"));
        RunConfigFile.Check("configuration", config);
        DatasetSettings.Check(parsed);
        IgnoredOptions.RefuseBoth(parsed, "--fresh-problems", "--same-problems");
        if (!config.Methods.Contains(MethodCatalog.BestTemperature))
            IgnoredOptions.Refuse(parsed, $"{MethodCatalog.BestTemperature} among --comparisons", RunSettings.BestTemperature);
        if (!RunJob.Learns(config))
        {
            IgnoredOptions.Refuse(
                parsed,
                string.Join(" or ", MethodCatalog.Default.Methods.Where(method => method.Learner is not null).Select(method => method.Key)) + " among --comparisons",
                TrainingSettings.Create(TrainingSettings.Prefix).Names);
        }
        return (config, task);
    }

    /// <summary>Whether an option or a key of the configuration file says it.</summary>
    private bool IsGiven(ParseResult parsed, string option, string key) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Any(given => !given.Implicit && given.Option.Name == "--" + option)
        || _config.Has(parsed, key);

    private void Show(Summary summary, RunLayout layout, bool asJson)
    {
        if (asJson)
        {
            Terminal.WriteJson(summary);
            return;
        }
        MethodTable.Write(Terminal.Results, summary);
        Terminal.Output.WriteLine();
        Terminal.Output.WriteLine(layout.Summary);
        Terminal.Output.WriteLine(layout.Report);
    }
}
