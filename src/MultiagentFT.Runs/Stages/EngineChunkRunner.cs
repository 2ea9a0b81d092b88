using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// Answers chunks one by one with an engine of this process. Every chunk starts with an empty cache, so it does not depend on what was served
/// before. Of an interrupted chunk, answers are kept beside its transcripts where the engine gives the same ones in other company.
/// </summary>
/// <param name="engine">Stays the caller's.</param>
/// <param name="loaded">Adapters that it holds already, their files absolute.</param>
public sealed class EngineChunkRunner(IGenerationEngine engine, params IReadOnlyCollection<AgentAdapter> loaded) : IChunkRunner
{
    /// <summary>What the name of the file with answers of the running chunk adds.</summary>
    private const string Journal = ".part";

    private readonly LoadedAdapters _adapters = new(engine, loaded);

    /// <summary>What embeds texts: one for all agents. Default: the base model in the engine.</summary>
    public ITextEmbedder? Embedder { get; init; } = engine as ITextEmbedder;

    public ModelDescription Model => engine.Model;

    public bool IsBatchInvariant => engine.IsBatchInvariant;

    public int MostAtATime => 1;

    public string? FindMarkup(string text) => engine.FindMarkup(text);

    public string? ScoringLack => engine is IAnswerScorer && Embedder is not null ? null : "a remote endpoint does not tell how likely answers are that it is given";

    public async Task<IReadOnlyList<AnswerScore>> ScoreAsync(
        IReadOnlyList<AgentAdapter> adapters, IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation)
    {
        var scorer = engine as IAnswerScorer ?? throw new NotSupportedException(ScoringLack);
        await _adapters.UseAsync(adapters, cancellation).ConfigureAwait(false);
        return await scorer.ScoreAsync(requests, cancellation).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellation) =>
        (Embedder ?? throw new NotSupportedException(ScoringLack)).EmbedAsync(texts, cancellation);

    public async Task<IReadOnlyList<Transcript>> RunAsync(Chunk chunk, IDebateObserver? observer, CancellationToken cancellation)
    {
        await _adapters.UseAsync(chunk.Adapters, cancellation).ConfigureAwait(false);
        await engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
        var journal = chunk.Path is { } path && engine.IsBatchInvariant ? new AnswerJournal(engine, path + Journal) : null;
        try
        {
            var answered = await chunk.Protocol.RunAsync(journal ?? engine, chunk.Problems, chunk.Seed, observer, cancellation).ConfigureAwait(false);
            ChunkFailure.ThrowIfAny(answered);
            return answered;
        }
        finally
        {
            if (journal is not null) await journal.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The answers are in the transcripts now.</summary>
    public void OnKept(Chunk chunk) => DeleteJournal(chunk.Path);

    internal static void DeleteJournal(string? transcripts)
    {
        if (transcripts is not null) File.Delete(transcripts + Journal);
    }
}
