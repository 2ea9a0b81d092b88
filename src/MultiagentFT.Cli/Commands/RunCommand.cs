using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Training;
using MultiagentFT.Serving;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft run</c>: the main job.</summary>
internal sealed class RunCommand : MftCommand
{
    private readonly Settings<RunConfig> _settings = RunSettings.OfRun();
    private readonly Option<string> _output;
    private readonly ConfigOptions _config;
    private readonly Option<bool> _json;

    public RunCommand(Terminal terminal)
        : base(
            "run",
            "A society debates, finetunes itself on the votes, and is compared with single agents. The same command continues it.",
            terminal,
            "mft run",
            "mft run --model model.gguf --task problems.jsonl --iterations 3 --output runs/mine",
            "mft run --config run.json --seed 2 --json",
            "mft run --training-problems 100 --evaluation-problems 100 --comparisons debate,multiagent-ft")
    {
        _output = Added(TypedOption.Text("--output", "Run folder [default: runs/MODEL-TASK-seedN]", "folder"));
        _config = new ConfigOptions(this, terminal, parsed => RunConfigFile.ToJson(Configure(parsed)), RunConfigFile.Schema<RunConfig>);
        _settings.AddTo(this);
        _json = Added(TypedOption.Flag("--json", "Print the summary as JSON"));
    }

    public override bool IsResumable => true;

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var config = Configure(parsed);
        var task = TaskCatalog.Open(config.Task, config.Grading);
        var output = OutputPath.RequireFolder(parsed.GetValue(_output) ?? DefaultFolder(config), "--output");
        // Whatever can be known to be wrong is found before the folder is claimed: a refused run leaves nothing behind.
        CheckModel(config);
        _ = RunProblems.Draw(config, task);
        var isComplete = RunFolder.Holds(output, config);
        if (!isComplete) await ModelProbe.RequireAsync(new ProbeJob(config.Model, [], config.Engine), cancellation).ConfigureAwait(false);
        await using var engine = isComplete ? null : OpenEngine(config);
        using var folder = RunFolder.Open(output, config);
        var summary = engine is null
            ? folder.ReadSummary()
            : await RunAsync(folder, engine, task, cancellation).ConfigureAwait(false);
        Show(summary, folder.Layout, parsed.GetValue(_json));
    }

    /// <summary>The same settings always have the same folder, so that the same command continues.</summary>
    internal static string DefaultFolder(RunConfig config)
    {
        var model = Path.GetFileNameWithoutExtension(config.Model);
        var task = Path.GetFileNameWithoutExtension(config.Task);
        return Path.Combine("runs", $"{model}-{task}-seed{config.Seed.ToString(CultureInfo.InvariantCulture)}");
    }

    private RunConfig Configure(ParseResult parsed)
    {
        var defaults = new RunConfig { Model = EmbeddedModel.Path };
        var config = _settings.Apply(_config.Read(parsed, defaults), parsed);
        if (config.Model == EmbeddedModel.Path) config = config with { Model = EmbeddedModel.Or("") };
        RunConfigFile.Check("configuration", config);
        DatasetSettings.Check(parsed);
        if (!Learns(config))
        {
            IgnoredOptions.Refuse(
                parsed,
                string.Join(" or ", MethodCatalog.Default.Methods.Where(method => method.Learner is not null).Select(method => method.Key)) + " among --comparisons",
                TrainingSettings.Create(TrainingSettings.Prefix).Names);
        }
        return config;
    }

    private static bool Learns(RunConfig config) => MethodCatalog.Default.Of(config).Any(method => method.Learner is not null);

    /// <exception cref="InputException">The model is not one, or cannot be trained as the configuration asks.</exception>
    private static void CheckModel(RunConfig config)
    {
        using var model = ModelFile.Open(config.Model);
        WeightCheck.Run(model);
        if (config.Iterations == 0 || !Learns(config)) return;
        _ = ModelLoader.Shape(model);
        _ = ObjectiveCatalog.Default.Require(config.Training.Objective);
    }

    /// <summary>With memory for two societies, as the next one is loaded before the last is freed.</summary>
    private IGenerationEngine OpenEngine(RunConfig config) => EngineFactory.Open(new EngineRequest(config.Model)
    {
        Options = config.Engine,
        Adapters = AdapterDemand.OfRank(2 * 2 * config.Debate.Agents, config.Training.Rank),
        Sampling = config.Debate.Sampling,
        Log = Terminal.Error.WriteLine,
    });

    private Task<Summary> RunAsync(RunFolder folder, IGenerationEngine engine, IDebateTask task, CancellationToken cancellation) =>
        ProgressDisplay.ShowAsync(Terminal, view =>
        {
            var trainer = new TrainerProcess(TrainerProgram.Current());
            return new SelfImprovement(folder, engine, task, trainer, new RunProgress(view)).RunAsync(cancellation);
        });

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
