using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Contracts.Scoring;

/// <summary>A text as a vector.</summary>
/// <param name="Values">[embedding]; none where there is a failure.</param>
/// <param name="Failure">Why it could not be embedded; null where it was.</param>
public sealed record TextEmbedding(IReadOnlyList<float> Values, GenerationFailure? Failure = null);
