using MultiagentFT.Inference;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Keeps chunks out of transcript files that would pass an engine's failure off as the agents' result.</summary>
public static class ChunkFailure
{
    /// <summary>To be called before a chunk is appended: what is not appended is answered again by the next attempt.</summary>
    /// <exception cref="GenerationException">No agent could answer anything, or decoding failed somewhere; has the first error.</exception>
    public static void ThrowIfAny(IReadOnlyList<Transcript> chunk)
    {
        var turns = chunk.SelectMany(transcript => transcript.Turns).ToList();
        var errors = turns.SelectMany(turn => new[] { turn.Summary?.Error, turn.Error }).OfType<string>().ToList();
        if (errors.Find(error => error.StartsWith(GenerationException.DecodingFailed, StringComparison.Ordinal)) is { } lost)
            throw new GenerationException($"{errors.Count} answers failed: {lost}");
        if (turns.Count > 0 && turns.TrueForAll(turn => turn.Error is not null))
            throw new GenerationException($"all {turns.Count} answers failed: {turns[0].Error}");
    }
}
