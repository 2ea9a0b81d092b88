namespace MultiagentFT.Server.FineTuning;

/// <summary>Where a training stands.</summary>
/// <param name="Loss">Nats a token.</param>
internal sealed record JobMetrics(int Step, int TotalSteps, double Loss, double LearningRate);
