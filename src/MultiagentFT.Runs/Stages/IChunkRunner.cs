using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>Answers chunks of problems: in this process (<see cref="EngineChunkRunner"/>), or wherever else.</summary>
public interface IChunkRunner
{
    /// <summary>The base model.</summary>
    ModelDescription Model { get; }

    /// <summary>Whether answers are known not to depend, bit for bit, on the chunk that they are given in.</summary>
    bool IsBatchInvariant { get; }

    /// <summary>Chunks that may be under way at a time, 1 or more; asked before each.</summary>
    int MostAtATime { get; }

    /// <summary>The first of the model's control tokens that a text spells; null when there is none.</summary>
    string? FindMarkup(string text);

    /// <param name="chunk">What to answer; its transcripts are a function of it.</param>
    /// <param name="observer">Told of every turn and vote where they happen in this process.</param>
    /// <param name="cancellation">Ends the chunk.</param>
    /// <returns>Transcripts in the order of the problems.</returns>
    /// <exception cref="GenerationException">The chunk failed; another attempt may succeed.</exception>
    /// <exception cref="InputException">The chunk cannot be answered as asked.</exception>
    Task<IReadOnlyList<Transcript>> RunAsync(Chunk chunk, IDebateObserver? observer, CancellationToken cancellation);

    /// <summary>Told once the transcripts of a chunk are on disk.</summary>
    void OnKept(Chunk chunk);

    /// <summary>Why answers are not scored where they are given, without a full stop; null where they are.</summary>
    string? ScoringLack => "those who answer do not score answers";

    /// <summary>Scores answers under the policies of agents and of the base model. Only while no chunk runs.</summary>
    /// <param name="adapters">Those that the requests name, their files absolute.</param>
    /// <param name="requests">What to score.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Scores in the order of the requests.</returns>
    /// <exception cref="NotSupportedException">There is a <see cref="ScoringLack"/>.</exception>
    /// <exception cref="GenerationException">Decoding failed; another attempt may succeed.</exception>
    /// <remarks>Who scores embeds, too: <see cref="EmbedAsync"/>.</remarks>
    Task<IReadOnlyList<AnswerScore>> ScoreAsync(
        IReadOnlyList<AgentAdapter> adapters, IReadOnlyList<ScoringRequest> requests, CancellationToken cancellation) => throw new NotSupportedException(ScoringLack);

    /// <summary>Embeds texts. Only while no chunk runs.</summary>
    /// <returns>Embeddings in the order of the texts.</returns>
    /// <inheritdoc cref="ScoreAsync" path="/exception"/>
    Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellation) => throw new NotSupportedException(ScoringLack);
}
