using System.Collections.Concurrent;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Answers chunks on the workers of a cluster.</summary>
/// <param name="run">Publishes them.</param>
/// <param name="model">The base model.</param>
/// <param name="findMarkup">The first of the model's control tokens that a text spells.</param>
public sealed class ClusterChunkRunner(ClusterRun run, ModelDescription model, Func<string, string?> findMarkup) : IChunkRunner
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

    public string? ScoringLack => "workers give answers and do not score them";

    public async Task<IReadOnlyList<Transcript>> RunAsync(Chunk chunk, IDebateObserver? observer, CancellationToken cancellation)
    {
        var work = _begun[chunk] = await WorkOfAsync(chunk, cancellation).ConfigureAwait(false);
        var result = await run.DoAsync(work, null, null, cancellation).ConfigureAwait(false);
        return result.Transcripts!;
    }

    public void OnKept(Chunk chunk)
    {
        if (_begun.TryRemove(chunk, out var work)) run.Forget(work);
    }

    private async Task<WorkContent> WorkOfAsync(Chunk chunk, CancellationToken cancellation)
    {
        var protocol = chunk.Protocol.Description
            ?? throw new InputException("--nats", null, "a method and a task of the product, as workers know no others", "one of a program's own");
        var adapters = new List<SentAdapter>();
        foreach (var adapter in chunk.Adapters)
            adapters.Add(new SentAdapter(adapter.Name, adapter.Version, await _adapters.PutAsync(adapter.File, cancellation).ConfigureAwait(false)));
        // Where the model lies is each worker's own business.
        protocol = protocol with { Config = protocol.Config with { Model = "" } };
        return new WorkContent(run.Model.Sha256, new DebateWork(protocol, adapters, chunk.Problems, chunk.Seed.Value), null);
    }
}
