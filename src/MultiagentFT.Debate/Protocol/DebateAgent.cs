using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Someone who speaks in a debate.</summary>
/// <param name="Name">Such as <c>generator-1</c> or <c>single-agent</c>.</param>
/// <param name="Adapter">The agent's weights; null is the base model.</param>
public sealed record DebateAgent(string Name, AdapterVersion? Adapter);
