using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Events;

/// <summary>A training got on.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="Iteration">From 1.</param>
/// <param name="Progress">Steps, tokens, loss.</param>
public sealed record TrainingProgressed(string Agent, int Iteration, TrainingProgress Progress) : RunEvent;
