using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>A stage begins, or goes on after an interruption.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Unit">What it counts: <c>answers</c> (summaries included) or <c>adapters</c>.</param>
/// <param name="Done">Units that an earlier process finished.</param>
/// <param name="Total">Units in all.</param>
public sealed record StageStarted(StageId Stage, string Unit, long Done, long Total) : RunEvent;
