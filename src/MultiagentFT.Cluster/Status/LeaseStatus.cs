using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Status;

/// <summary>A piece of work that a worker holds.</summary>
/// <param name="Run">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="Work">Its id.</param>
/// <param name="Delivery">How often it has been given out, this time included.</param>
/// <param name="Seconds">Since the worker took it.</param>
/// <param name="Progress">Of a training that has taken a step; else null.</param>
public sealed record LeaseStatus(string Run, WorkKind Kind, string Work, int Delivery, double Seconds, TrainingProgress? Progress);
