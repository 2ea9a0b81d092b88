namespace MultiagentFT.Contracts.Training;

/// <summary>Trains adapters. The product starts <c>mft train</c> as a process of its own for each; tests bring a fake.</summary>
public interface ITrainer
{
    /// <summary>Trains one adapter; the output file exists, whole, once this returns.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The job cannot be done as asked; the message says why.</exception>
    /// <exception cref="TrainingFailedException">The training broke off; another attempt may succeed.</exception>
    Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation);
}
