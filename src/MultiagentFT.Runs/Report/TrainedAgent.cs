using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Report;

/// <summary>One agent's training in one iteration.</summary>
/// <param name="Method">Title of the method.</param>
/// <param name="Iteration">From 1.</param>
/// <param name="Agent">Its name.</param>
/// <param name="Examples">Size of its dataset.</param>
/// <param name="Report">What the training did; null when there was too little to learn from.</param>
public sealed record TrainedAgent(string Method, int Iteration, string Agent, int Examples, TrainingReport? Report);
