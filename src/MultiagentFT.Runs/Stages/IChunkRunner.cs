using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;

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
}
