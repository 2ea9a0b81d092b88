using MultiagentFT.Inference.Engines;

namespace MultiagentFT.Bench.Debating;

/// <summary>How long debates took, one at a time.</summary>
/// <param name="Decoder">What decoded.</param>
/// <param name="Agents">N; there are as many generators as critics, each with an adapter of its own.</param>
/// <param name="Rounds">M.</param>
/// <param name="Debates">How many were held.</param>
/// <param name="P50Milliseconds">Median time of a whole debate.</param>
/// <param name="P95Milliseconds">95th percentile (nearest rank).</param>
/// <param name="FirstTokenMilliseconds">Median time to the first token of a debate.</param>
/// <param name="TokensPerSecond">Tokens generated in all debates by their time.</param>
public sealed record DebateLatency(
    DecoderKind Decoder,
    int Agents,
    int Rounds,
    int Debates,
    double P50Milliseconds,
    double P95Milliseconds,
    double FirstTokenMilliseconds,
    double TokensPerSecond);
