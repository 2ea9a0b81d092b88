using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>An agent keeps its weights: its dataset is too small to learn from.</summary>
/// <param name="Examples">Size of the dataset.</param>
/// <param name="Minimum">The least that is learned from.</param>
public sealed record AgentKept(StageId Stage, string Agent, int Examples, int Minimum) : RunEvent;
