using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Training;

/// <summary>A line that a trainer of several jobs prints for the process that has started it: one of the four, beside the job.</summary>
/// <param name="Job">Index of the job.</param>
/// <param name="Progress">A step was taken.</param>
/// <param name="Report">The adapter and its report are written.</param>
/// <param name="Failure">Why the job cannot be done.</param>
/// <param name="Stopped">It has ended before it was done, as it was asked to.</param>
public sealed record TrainerMessage(int Job, TrainingProgress? Progress = null, TrainingReport? Report = null, string? Failure = null, bool Stopped = false);
