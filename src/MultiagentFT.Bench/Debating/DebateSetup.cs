using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Bench.Debating;

/// <summary>Who debates what in a <see cref="DebateBench"/>.</summary>
/// <param name="Model">GGUF file with a chat template.</param>
/// <param name="Society">As many generators and critics as <see cref="Debate"/> has agents.</param>
/// <param name="Adapters">The file of each adapter in the society.</param>
public sealed record DebateSetup(string Model, Society Society, IReadOnlyList<(AdapterVersion Adapter, string File)> Adapters)
{
    /// <summary>Where problems come from. Default arithmetic.</summary>
    public IDebateTask Task { get; init; } = new ArithmeticTask();

    public PromptSet Prompts { get; init; } = new();

    public DebateOptions Debate { get; init; } = new();

    /// <summary>How it is served; the bench chooses decoder and threads, and leaves out what a decoder has no choice in.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>
    /// Whether every answer and summary has exactly as many tokens as <see cref="Debate"/> allows at most: no token ends one.
    /// By default they end by themselves.
    /// </summary>
    public bool HasFixedLength { get; init; }
}
