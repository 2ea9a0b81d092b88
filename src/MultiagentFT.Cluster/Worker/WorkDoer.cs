using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cluster.Worker;

/// <summary>Does pieces of work on this machine.</summary>
internal sealed class WorkDoer(WorkerOptions options, ContentStore contents, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, BaseModel> _models = options.Models.DistinctBy(model => model.Sha256).ToDictionary(model => model.Sha256, StringComparer.Ordinal);
    private readonly AdapterCache _adapters = new(Path.Combine(options.Cache, "adapters"), options.CacheBytes, contents);
    private readonly EnginePool _engines = new(options.OpenEngine);

    public long Tokens => _engines.Tokens;

    /// <summary>Answers a chunk. One at a time.</summary>
    /// <exception cref="InputException">It cannot be answered here.</exception>
    public async Task<IReadOnlyList<Transcript>> DebateAsync(WorkContent work, CancellationToken cancellation)
    {
        var debate = work.Debate!;
        var adapters = await AdaptersAsync(debate.Adapters, cancellation).ConfigureAwait(false);
        var protocol = debate.Protocol with { Config = Config(work, debate.Protocol.Config) };
        try
        {
            var runner = await _engines.OpenAsync(protocol.Config, adapters, cancellation).ConfigureAwait(false);
            var task = new WorkTask(debate.Problems, protocol.Config.Grading, protocol.HasChoices);
            return await runner.RunAsync(new Chunk(protocol.Open(task), adapters, debate.Problems, new Seed(debate.Seed), null), null, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await _engines.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Scores answers or embeds texts. One at a time, and no chunk beside it.</summary>
    /// <exception cref="InputException">It cannot be done here.</exception>
    public async Task<ScoredWork> ScoreAsync(WorkContent work, CancellationToken cancellation)
    {
        var scoring = work.Scoring!;
        var adapters = await AdaptersAsync(scoring.Adapters, cancellation).ConfigureAwait(false);
        try
        {
            var runner = await _engines.OpenAsync(Config(work, scoring.Config), adapters, cancellation).ConfigureAwait(false);
            return ScoredWork.Of(
                scoring.Requests.Count == 0 ? [] : await runner.ScoreAsync(adapters, [.. scoring.Requests.Select(answer => answer.Request(scoring.Adapters))], cancellation).ConfigureAwait(false),
                scoring.Texts.Count == 0 ? [] : await runner.EmbedAsync(scoring.Texts, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await _engines.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Trains an adapter and stores it.</summary>
    /// <exception cref="InputException">It cannot be trained here.</exception>
    /// <exception cref="TrainingFailedException">The training broke off.</exception>
    public async Task<TrainedAdapter> TrainAsync(WorkContent work, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var training = work.Training!;
        var folder = Directory.CreateDirectory(Path.Combine(options.Cache, "trainings", options.NextId().ToString("N"))).FullName;
        try
        {
            var dataset = Path.Combine(folder, "dataset.jsonl");
            await contents.GetFileAsync(training.Dataset, dataset, cancellation).ConfigureAwait(false);
            var start = training.StartAdapter is { } adapter ? (await _adapters.GetAsync([adapter], cancellation).ConfigureAwait(false))[0] : null;
            var job = new TrainingJob
            {
                Model = Model(work).Path,
                Dataset = dataset,
                StartAdapter = start,
                Output = Path.Combine(folder, training.Name + ".gguf"),
                Seed = training.Seed,
                Options = training.Options,
            };
            var curve = new CurveKeeper(time, progress);
            var report = await options.Trainer.TrainAsync(job, curve, cancellation).ConfigureAwait(false);
            return new TrainedAdapter(await contents.PutFileAsync(job.Output, cancellation).ConfigureAwait(false), report, curve.Steps() is { Count: > 0 } steps ? steps : null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public ValueTask DisposeAsync() => _engines.DisposeAsync();

    private async Task<AgentAdapter[]> AdaptersAsync(IReadOnlyList<SentAdapter> adapters, CancellationToken cancellation)
    {
        var files = await _adapters.GetAsync([.. adapters.Select(adapter => adapter.File)], cancellation).ConfigureAwait(false);
        return [.. adapters.Zip(files, (adapter, file) => new AgentAdapter(adapter.Name, adapter.Iteration, file))];
    }

    private DebateConfig Config(WorkContent work, DebateConfig sent) => sent with { Model = Model(work).Path, Engine = options.Engine(sent.Engine) };

    private BaseModel Model(WorkContent work) => _models.TryGetValue(work.Model, out var model)
        ? model
        : throw new InputException("content.model", null, "a base model that this worker has", work.Model);
}
