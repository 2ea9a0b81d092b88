using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>An agent keeps its weights: its dataset is empty, or smaller than the trainer takes.</summary>
/// <param name="Examples">Size of the dataset.</param>
public sealed record AgentKept(StageId Stage, string Agent, int Examples) : RunEvent;
