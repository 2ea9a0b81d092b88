using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Remote;
using MultiagentFT.Remote.Finetuning;
using MultiagentFT.Remote.Generation;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Training;
using MultiagentFT.Serving;
using MultiagentFT.Training.Curves;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Cli.Setup;

/// <summary>Runs a configuration in its folder, or reads back what it came to.</summary>
/// <param name="terminal">Where progress is shown.</param>
/// <param name="cluster">How work is spread; null: not at all.</param>
internal sealed class RunJob(Terminal terminal, ClusterChoice? cluster)
{
    /// <summary>Who did what of a run whose work was spread, in its folder.</summary>
    private const string WorkLog = "work.jsonl";

    /// <summary>Where curves of trainings go that this machine or workers do; null: nowhere.</summary>
    public string? Curves { get; init; }

    /// <summary>Told of the run's folder before anything is run in it; null: nobody.</summary>
    public Action<RunFolder>? OnOpened { get; init; }

    /// <summary>Whether a configuration finetunes anything.</summary>
    public static bool Learns(RunConfig config) => MethodCatalog.Default.Of(config).Any(method => method.Learner is not null);

    /// <summary>Whatever can be known to be wrong before anything is written.</summary>
    /// <returns>The run's problems.</returns>
    /// <exception cref="InputException">
    /// The model is not one, or cannot be trained as the configuration asks; the task has too few problems.
    /// </exception>
    public static RunProblems Check(RunConfig config, IDebateTask task)
    {
        if (!RemoteModel.IsRemote(config.Model))
        {
            using var model = ModelFile.Open(config.Model);
            WeightCheck.Run(model);
            if (config.EmbeddingModel.Length > 0)
            {
                using var embedder = ModelFile.Open(config.EmbeddingModel);
                WeightCheck.Run(embedder);
            }
            if (config.Iterations > 0 && Learns(config))
            {
                LoraWeights.RequireTargets(ModelLoader.Shape(model), config.Training);
                _ = ObjectiveCatalog.Default.Require(config.Training.Objective);
            }
        }
        if (config.Feedback.Length > 0) _ = PreferenceFile.Count(config.Feedback);
        return RunProblems.Draw(config, task);
    }

    /// <exception cref="InputException">As <see cref="RunFolder.Open"/> and <see cref="SelfImprovement.RunAsync"/>.</exception>
    public async Task<Summary> RunAsync(RunConfig config, IDebateTask task, string output, ApiKey? key, CancellationToken cancellation)
    {
        if (RunFolder.Holds(output, config))
        {
            using var complete = RunFolder.Open(output, config);
            return complete.ReadSummary();
        }
        if (cluster is not null && config.Feedback.Length > 0)
            throw new InputException("feedback", null, "none beside --nats, as workers learn from debates alone", config.Feedback);
        if (cluster is not null && config.EmbeddingModel.Length > 0)
            throw new InputException("embeddingModel", null, "none beside --nats, as workers embed by the model that they answer with", config.EmbeddingModel);
        if (cluster is not null) return await SpreadAsync(config, task, output, cluster, cancellation).ConfigureAwait(false);
        if (RemoteModel.IsRemote(config.Model)) return await RunRemoteAsync(config, task, output, key, cancellation).ConfigureAwait(false);
        await ModelProbe.RequireAsync(new ProbeJob(config.Model, [], config.Engine), cancellation).ConfigureAwait(false);
        if (config.EmbeddingModel.Length > 0) await ModelProbe.RequireAsync(new ProbeJob(config.EmbeddingModel, [], EmbedderOptions(config), EmbedsAlone: true), cancellation).ConfigureAwait(false);
        await using var engine = OpenEngine(config);
        await using var embedder = config.EmbeddingModel.Length > 0 ? OpenEmbedder(config) : null;
        using var folder = RunFolder.Open(output, config);
        var chunks = new EngineChunkRunner(engine) { Embedder = (embedder ?? engine) as ITextEmbedder };
        return await RunAsync(folder, chunks, task, new TrainerProcess(TrainerProgram.Current(), Curves), cancellation).ConfigureAwait(false);
    }

    /// <summary>Answers and trainings by an endpoint, whose account is kept in the folder.</summary>
    private async Task<Summary> RunRemoteAsync(RunConfig config, IDebateTask task, string output, ApiKey? key, CancellationToken cancellation)
    {
        using var endpoint = new RemoteEndpoint(config.Remote, key, OnWait);
        await endpoint.CheckAsync(cancellation).ConfigureAwait(false);
        await using var engine = new RemoteEngine(endpoint, RemoteModel.NameOf(config.Model), ownsEndpoint: false);
        using var folder = RunFolder.Open(output, config);
        endpoint.Budget.Keep(folder.Layout.Spending);
        using var spending = new SpendingReport(terminal, endpoint);
        return await RunAsync(folder, new EngineChunkRunner(engine), task, new RemoteTrainer(endpoint), cancellation).ConfigureAwait(false);
    }

    private Task<Summary> RunAsync(RunFolder folder, IChunkRunner chunks, IDebateTask task, ITrainer trainer, CancellationToken cancellation)
    {
        OnOpened?.Invoke(folder);
        return ProgressDisplay.ShowAsync(terminal, view => new SelfImprovement(folder, chunks, task, trainer, new RunProgress(view)).RunAsync(cancellation));
    }

    /// <summary>A line in the midst of bars would break them.</summary>
    private void OnWait(string reason, TimeSpan wait)
    {
        if (!terminal.DrawsProgress) terminal.Error.WriteLine(FormattableString.Invariant($"remote: {reason}, another attempt in {wait.TotalSeconds:0.0} s"));
    }

    private async Task<Summary> SpreadAsync(RunConfig config, IDebateTask task, string output, ClusterChoice choice, CancellationToken cancellation)
    {
        await using var session = await ClusterSession.OpenAsync(
            terminal, choice, config, Path.GetFullPath(output), $"run {Path.GetFileName(output)}", Path.Combine(output, WorkLog), null, cancellation).ConfigureAwait(false);
        using var folder = RunFolder.Open(output, config);
        if (Curves is { } curves)
            session.Trainer.OnCurve = (job, steps) => TrainingCurve.Write(TrainingCurve.FolderOf(TrainerProcess.CurveFolder(curves, job), job.Output), steps);
        var summary = await RunAsync(folder, session.Chunks, task, session.Trainer, cancellation).ConfigureAwait(false);
        await session.CompleteAsync(cancellation).ConfigureAwait(false);
        return summary;
    }

    /// <summary>One text at a time, decoded as the base model is.</summary>
    private static EngineOptions EmbedderOptions(RunConfig config) => new()
    {
        Runtime = config.Engine.Runtime,
        Decoder = config.Engine.Decoder,
        Slots = 1,
        KeptSlots = 0,
        SlotContext = config.Engine.SlotContext,
        Threads = config.Engine.Threads,
        Deterministic = config.Engine.Deterministic,
    };

    private IGenerationEngine OpenEmbedder(RunConfig config) =>
        EngineFactory.Open(new EngineRequest(config.EmbeddingModel) { Options = EmbedderOptions(config), EmbedsAlone = true, Log = terminal.Error.WriteLine });

    /// <summary>With memory for two societies, as the next one is loaded before the last is freed.</summary>
    private IGenerationEngine OpenEngine(RunConfig config) => EngineFactory.Open(new EngineRequest(config.Model)
    {
        Options = config.Engine,
        Adapters = AdapterDemand.OfRank(2 * 2 * config.Debate.Agents, config.Training.Rank),
        Sampling = config.Debate.Sampling,
        System = config.Prompts.System,
        FewShot = config.Prompts.FewShot,
        Log = terminal.Error.WriteLine,
    });
}
