namespace MultiagentFT.Training;

/// <summary>A step of the training loop that has been taken.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Tokens">Tokens of all steps so far, without padding.</param>
/// <param name="Loss">Before the step's update.</param>
/// <param name="Rate">Learning rate of the update.</param>
public readonly record struct TrainingStep(int Number, long Tokens, double Loss, double Rate);
