using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>An agent has new weights.</summary>
public sealed record AgentTrained(StageId Stage, string Agent, TrainingReport Report) : RunEvent;
