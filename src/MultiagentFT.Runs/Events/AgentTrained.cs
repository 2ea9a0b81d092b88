using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Events;

/// <summary>An agent has new weights.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Iteration">From 1.</param>
/// <param name="Report">What its training did.</param>
public sealed record AgentTrained(string Agent, int Iteration, TrainingReport Report) : RunEvent;
