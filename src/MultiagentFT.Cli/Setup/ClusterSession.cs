using MultiagentFT.Cluster;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Coordinator;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>A run whose work is done by workers.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    private readonly ClusterConnection _connection;
    private readonly ModelVocabulary _vocabulary;
    private readonly ClusterRun _run;
    private readonly TelemetryExport? _telemetry;
    private readonly string _model;

    private ClusterSession(ClusterConnection connection, ModelVocabulary vocabulary, ClusterRun run, TelemetryExport? telemetry, DebateConfig config)
    {
        (_connection, _vocabulary, _run, _telemetry, _model) = (connection, vocabulary, run, telemetry, config.Model);
        Chunks = new ClusterChunkRunner(run, vocabulary.Model, vocabulary.FindMarkup, config);
        Trainer = new ClusterTrainer(run, CheckAdapter);
    }

    public ClusterChunkRunner Chunks { get; }

    public ClusterTrainer Trainer { get; }

    /// <param name="terminal">Told what people should know.</param>
    /// <param name="choice">How work is spread.</param>
    /// <param name="config">Of the debates.</param>
    /// <param name="key">What makes it the same run when the command is given again.</param>
    /// <param name="title">For people.</param>
    /// <param name="workLog">A file that keeps who did what; null for none.</param>
    /// <param name="modelSha256">What the model has to be; null for whatever it is.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="InputException">The model or the servers cannot be used.</exception>
    public static async Task<ClusterSession> OpenAsync(
        Terminal terminal, ClusterChoice choice, DebateConfig config, string key, string title, string? workLog, string? modelSha256, CancellationToken cancellation)
    {
        if (RemoteModel.IsRemote(config.Model)) throw new InputException("--nats", null, "a GGUF model, as a remote one needs no workers", config.Model);
        if (!double.IsFinite(choice.LeaseSeconds) || choice.LeaseSeconds is < 0.1 or > 86400)
            throw new InputException("--lease", null, "0.1 to 86400 seconds", $"{choice.LeaseSeconds}");
        await ModelProbe.RequireAsync(new ProbeJob(config.Model, [], config.Engine), cancellation).ConfigureAwait(false);
        var sha256 = await Task.Run(() => ModelProbe.ContentOf(config.Model), cancellation).ConfigureAwait(false);
        if (modelSha256 is not null && modelSha256 != sha256)
            throw new InputException(config.Model, null, $"the base model that the society was trained on (SHA-256 {modelSha256})", sha256);
        var vocabulary = ModelVocabulary.Open(
            new EngineRequest(config.Model) { Options = config.Engine, Sampling = config.Debate.Sampling, System = config.Prompts.System, FewShot = config.Prompts.FewShot, Log = terminal.Error.WriteLine });
        ClusterConnection? connection = null;
        var telemetry = TelemetryExport.Begin();
        try
        {
            connection = await ClusterConnection.OpenAsync(choice.Address, $"mft {title}", cancellation).ConfigureAwait(false);
            var options = new ClusterRunOptions($"{Environment.MachineName}\n{key}", title, new BaseModel(sha256, config.Model, Path.GetFileName(config.Model)))
            {
                Priority = choice.Priority,
                SameInstructionSet = choice.SameKernels,
                Lease = TimeSpan.FromSeconds(choice.LeaseSeconds),
                Tries = choice.Tries,
                WorkLog = workLog,
                Log = terminal.Error.WriteLine,
            };
            return new ClusterSession(connection, vocabulary, await ClusterRun.OpenAsync(connection, options, cancellation).ConfigureAwait(false), telemetry, config);
        }
        catch
        {
            vocabulary.Dispose();
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            telemetry?.Dispose();
            throw;
        }
    }

    /// <summary>What a worker sends is looked at before it becomes an agent's weights.</summary>
    private void CheckAdapter(string path)
    {
        using var model = ModelFile.Open(_model);
        using var adapter = AdapterFile.Open(path);
        adapter.RequireBase(model);
    }

    /// <summary>The run has ended: nothing of it stays on the servers.</summary>
    public Task CompleteAsync(CancellationToken cancellation) => _run.CompleteAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync().ConfigureAwait(false);
        _telemetry?.Dispose();
        await _connection.DisposeAsync().ConfigureAwait(false);
        _vocabulary.Dispose();
    }
}
