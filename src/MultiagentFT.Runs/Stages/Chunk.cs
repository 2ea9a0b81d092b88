using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Runs.Stages;

/// <summary>Problems that are answered together: the unit that a killed process repeats, and that another machine can take.</summary>
/// <param name="Protocol">How each problem is answered.</param>
/// <param name="Adapters">The protocol's adapters, their files absolute.</param>
/// <param name="Problems">In the order in which they are answered.</param>
/// <param name="Seed">Root of all answers' seeds.</param>
/// <param name="Path">The transcript file to which the answers will be appended; null keeps nothing on disk.</param>
public sealed record Chunk(
    IProtocol Protocol, IReadOnlyList<AgentAdapter> Adapters, IReadOnlyList<Problem> Problems, Seed Seed, string? Path);
