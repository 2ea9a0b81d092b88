namespace MultiagentFT.Cluster.Status;

/// <summary>A run that has, or may have, work.</summary>
/// <param name="Id">Begins the subjects of its work.</param>
/// <param name="Title">For people.</param>
/// <param name="Model">Its base model.</param>
/// <param name="Priority">Of its work.</param>
/// <param name="InstructionSet">The only one that may take its work; null: all.</param>
/// <param name="Queues">Of each kind.</param>
/// <param name="Workers">Those that take its work.</param>
public sealed record RunStatus(
    string Id, string Title, string Model, int Priority, string? InstructionSet, IReadOnlyList<QueueStatus> Queues, int Workers);
