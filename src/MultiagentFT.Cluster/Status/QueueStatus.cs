namespace MultiagentFT.Cluster.Status;

/// <summary>A run's work of one kind.</summary>
/// <param name="Kind">Debates or trainings.</param>
/// <param name="Waiting">Not given out yet.</param>
/// <param name="Leased">Given out.</param>
/// <param name="Redelivered">Given out more than once.</param>
public sealed record QueueStatus(WorkKind Kind, long Waiting, long Leased, long Redelivered);
