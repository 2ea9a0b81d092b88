namespace MultiagentFT.Runs.Events;

/// <summary>An agent keeps its weights: its dataset is empty.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Iteration">From 1.</param>
public sealed record AgentKept(string Agent, int Iteration) : RunEvent;
