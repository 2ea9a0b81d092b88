using System.Collections.Concurrent;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Answers chunks on the workers of a cluster.</summary>
/// <param name="run">Publishes them.</param>
/// <param name="model">The base model.</param>
/// <param name="findMarkup">The first of the model's control tokens that a text spells.</param>
/// <param name="config">Of the engines that score answers; null: none does.</param>
public sealed class ClusterChunkRunner(ClusterRun run, ModelDescription model, Func<string, string?> findMarkup, DebateConfig? config = null) : IChunkRunner
{
    private const int LeastAhead = 16;
    private const int MostAhead = 4096;

    private readonly ContentCache _adapters = new(run);
    private readonly ConcurrentDictionary<Chunk, WorkContent> _begun = new(ReferenceEqualityComparer.Instance);

    public ModelDescription Model => model;

    /// <summary>What the workers decode with is theirs.</summary>
    public bool IsBatchInvariant => false;

    /// <summary>Enough that no worker waits for a result to be written.</summary>
    public int MostAtATime => Math.Clamp((2 * run.Workers) + LeastAhead, LeastAhead, MostAhead);

    public string? FindMarkup(string text) => findMarkup(text);

    public string? ScoringLack => config is null ? "workers give answers and do not score them" : null;

    public async Task<IReadOnlyList<Transcript>> RunAsync(Chunk chunk, IDebateObserver? observer, CancellationToken cancellation)
    {
        var work = _begun[chunk] = await WorkOfAsync(chunk, cancellation).ConfigureAwait(false);
        var result = await run.DoAsync(work, null, null, cancellation).ConfigureAwait(false);
        return result.Transcripts!;
    }

    public async Task<IReadOnlyList<AnswerScore>> ScoreAsync(IReadOnlyList<AgentAdapter> adapters, IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation) =>
        requests.Count == 0 ? [] : (await ScoreAsync(await SentAsync(adapters, cancellation).ConfigureAwait(false), requests, [], cancellation).ConfigureAwait(false)).Scores;

    public async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellation) =>
        texts.Count == 0 ? [] : (await ScoreAsync([], [], texts, cancellation).ConfigureAwait(false)).Embeddings;

    public void OnKept(Chunk chunk)
    {
        if (_begun.TryRemove(chunk, out var work)) run.Forget(work);
    }

    private async Task<WorkContent> WorkOfAsync(Chunk chunk, CancellationToken cancellation)
    {
        var protocol = chunk.Protocol.Description
            ?? throw new InputException("--nats", null, "a method and a task of the product, as workers know no others", "one of a program's own");
        var adapters = await SentAsync(chunk.Adapters, cancellation).ConfigureAwait(false);
        // Where the model lies is each worker's own business.
        protocol = protocol with { Config = protocol.Config with { Model = "" } };
        return new WorkContent(run.Model.Sha256, new DebateWork(protocol, adapters, chunk.Problems, chunk.Seed.Value), null);
    }

    private async Task<ScoredWork> ScoreAsync(
        IReadOnlyList<SentAdapter> adapters, IReadOnlyList<ScoringRequest> requests, IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        if (config is null) throw new NotSupportedException(ScoringLack);
        var work = new WorkContent(run.Model.Sha256, null, null, new ScoringWork(config with { Model = "" }, adapters, [.. requests.Select(request => SentAnswer.Of(request, adapters))], texts));
        var result = await run.DoAsync(work, null, null, cancellation).ConfigureAwait(false);
        // A run that is killed before what it has to say of it is on disk asks again.
        run.Forget(work);
        return result.Scored!;
    }

    private async Task<IReadOnlyList<SentAdapter>> SentAsync(IReadOnlyList<AgentAdapter> adapters, CancellationToken cancellation)
    {
        var sent = new List<SentAdapter>();
        foreach (var adapter in adapters)
            sent.Add(new SentAdapter(adapter.Name, adapter.Version, await _adapters.PutAsync(adapter.File, cancellation).ConfigureAwait(false)));
        return sent;
    }
}
