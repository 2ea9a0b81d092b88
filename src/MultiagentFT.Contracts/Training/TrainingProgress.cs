namespace MultiagentFT.Contracts.Training;

/// <summary>Where a training stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Tokens">Tokens so far, without padding.</param>
/// <param name="Loss">Loss of the last step, nats a token.</param>
/// <param name="LearningRate">Of the last step.</param>
public sealed record TrainingProgress(int Step, int Steps, long Tokens, double Loss, double LearningRate);
