using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>A stage's output is whole.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Seconds">Wall-clock time, an earlier process's included.</param>
/// <param name="Skipped">Whether it was whole before.</param>
public sealed record StageFinished(StageId Stage, double Seconds, bool Skipped) : RunEvent;
