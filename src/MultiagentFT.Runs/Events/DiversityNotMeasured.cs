namespace MultiagentFT.Runs.Events;

/// <summary>A run tells nothing of its agents' diversity; said once.</summary>
/// <param name="Reason">Why, without a full stop.</param>
public sealed record DiversityNotMeasured(string Reason) : RunEvent;
