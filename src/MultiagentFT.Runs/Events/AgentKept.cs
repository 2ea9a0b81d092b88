using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>An agent keeps its weights: its dataset is empty.</summary>
public sealed record AgentKept(StageId Stage, string Agent) : RunEvent;
