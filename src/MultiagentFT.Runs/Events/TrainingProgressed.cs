using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>A training made progress.</summary>
public sealed record TrainingProgressed(StageId Stage, string Agent, TrainingProgress Progress) : RunEvent;
