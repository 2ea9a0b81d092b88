namespace MultiagentFT.Runs.Events;

/// <summary>A stage begins, or goes on after an interruption.</summary>
/// <param name="Stage">Its name, such as <c>debate-0-evaluation</c>.</param>
/// <param name="Unit">What it counts: <c>answers</c> (summaries included) or <c>adapters</c>.</param>
/// <param name="Done">Units that an earlier process finished.</param>
/// <param name="Total">Units in all.</param>
public sealed record StageStarted(string Stage, string Unit, long Done, long Total) : RunEvent;
