using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Keeps chunks out of transcript files that would pass an engine's failure off as the agents' result.</summary>
public static class ChunkFailure
{
    /// <summary>To be called before a chunk is appended: what is not appended is answered again by the next attempt.</summary>
    /// <exception cref="GenerationException">No agent could answer anything, or decoding failed somewhere; has the first error.</exception>
    public static void ThrowIfAny(IReadOnlyList<Transcript> chunk)
    {
        var turns = chunk.SelectMany(transcript => transcript.Turns).ToList();
        var failures = turns.SelectMany(turn => new[] { turn.Summary?.Failure, turn.Failure }).OfType<GenerationFailure>().ToList();
        if (failures.Find(failure => failure.IsTransient) is { } lost)
            throw new GenerationException(lost.Kind, $"{failures.Count} answers failed: {lost.Message}");
        if (turns.Count > 0 && turns.TrueForAll(turn => turn.Failure is not null))
            throw new GenerationException(turns[0].Failure!.Kind, $"all {turns.Count} answers failed: {turns[0].Failure!.Message}");
    }
}
