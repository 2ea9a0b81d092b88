using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Runs.Training;

/// <summary>A line for a trainer that follows (<c>mft train --follow</c>): one of the two, beside the job.</summary>
/// <param name="Job">Its number, which the answers carry.</param>
/// <param name="Start">What to train.</param>
/// <param name="Stop">To end it before it is done, which is answered with <see cref="TrainerMessage.Stopped"/>.</param>
public sealed record TrainerOrder(int Job, TrainingJob? Start = null, bool Stop = false);
