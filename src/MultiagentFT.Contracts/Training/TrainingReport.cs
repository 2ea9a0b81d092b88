namespace MultiagentFT.Contracts.Training;

/// <summary>What a training did.</summary>
/// <param name="Examples">Conversations that were learned from, once an epoch.</param>
/// <param name="Skipped">Conversations left out because they are longer than the limit.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Tokens">Tokens that went through the model, all epochs, without padding.</param>
/// <param name="TargetTokens">Those of them that counted in the loss.</param>
/// <param name="FirstLoss">Mean loss of the first epoch's first tenth, nats a token.</param>
/// <param name="LastLoss">Mean loss of the last tenth of all steps, nats a token.</param>
/// <param name="Seconds">Wall-clock time of the training loop.</param>
public sealed record TrainingReport(
    int Examples, int Skipped, int Steps, long Tokens, long TargetTokens, double FirstLoss, double LastLoss, double Seconds);
