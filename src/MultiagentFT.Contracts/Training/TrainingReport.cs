using System.Globalization;

namespace MultiagentFT.Contracts.Training;

/// <summary>What a training did.</summary>
/// <param name="Examples">Conversations that were learned from, once an epoch.</param>
/// <param name="Skipped">Conversations left out because they are longer than the limit.</param>
/// <param name="Steps">Optimizer steps; 0 where the trainer does not tell.</param>
/// <param name="Tokens">Tokens that went through the model, all epochs, without padding.</param>
/// <param name="TargetTokens">Those of them that counted in the loss; 0 where the trainer does not tell.</param>
/// <param name="FirstLoss">Mean loss of the first epoch's first tenth, nats a token; null where the trainer does not tell.</param>
/// <param name="LastLoss">Mean loss of the last tenth of all steps, nats a token; null where the trainer does not tell.</param>
/// <param name="Seconds">Wall-clock time of the training loop.</param>
public sealed record TrainingReport(
    int Examples, int Skipped, int Steps, long Tokens, long TargetTokens, double? FirstLoss, double? LastLoss, double Seconds)
{
    /// <summary>A loss so many times that of the first step is no noise of a small batch.</summary>
    private const double ManyTimes = 3;

    /// <summary>Loss of the first step, before any update, nats a token.</summary>
    public double StartLoss { get; init; }

    /// <summary>The highest loss of any step, nats a token.</summary>
    public double HighestLoss { get; init; }

    /// <summary>What the adapter's product is scaled by: alpha / rank, or alpha / √rank with rsLoRA; 0 where the trainer does not tell.</summary>
    public float Scale { get; init; }

    /// <summary>The alpha that stands in the adapter's file, which is scaled by it over the rank wherever it is served; 0 where the trainer does not tell.</summary>
    public float ServedAlpha { get; init; }

    /// <summary>What is to be said of a training that was unstable; null for one that was not.</summary>
    public string? Describe() => HighestLoss > Math.Max(ManyTimes * StartLoss, StartLoss + 1)
        ? string.Create(CultureInfo.InvariantCulture, $"the loss rose from {StartLoss:0.00} to {HighestLoss:0.00} nats a token: the learning rate may be too high")
        : null;

    /// <summary>Most memory that the trainer has had resident, with all agents that it trained; 0 where the system does not say.</summary>
    public long PeakBytes { get; init; }

    /// <summary>Memory that it was planned to take.</summary>
    public long PlannedBytes { get; init; }

    /// <summary>CPU threads that it computed with; 0 where the trainer does not tell.</summary>
    public int Threads { get; init; }
}
