using MultiagentFT.Debate.Tasks;
using MultiagentFT.Serving;

namespace MultiagentFT.Bench.Debating;

/// <summary>Who debates what in a <see cref="DebateBench"/>.</summary>
/// <param name="Society">The bench chooses decoder and threads, and leaves out what a decoder has no choice in.</param>
public sealed record DebateSetup(SocietyOptions Society)
{
    /// <summary>Where problems come from. Default arithmetic.</summary>
    public IDebateTask Task { get; init; } = new ArithmeticTask();

    /// <summary>
    /// Whether every answer and summary has exactly as many tokens as the society's debate allows at most: no token ends one.
    /// By default they end by themselves.
    /// </summary>
    public bool HasFixedLength { get; init; }
}
