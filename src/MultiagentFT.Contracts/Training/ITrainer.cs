namespace MultiagentFT.Contracts.Training;

/// <summary>Trains adapters. The product starts <c>mft train</c> as a process of its own for each; tests bring a fake.</summary>
public interface ITrainer
{
    /// <summary>How names of the files end that it writes.</summary>
    string WeightsExtension => ".gguf";

    /// <summary>Whether trainings take this machine's cores and memory; others wait for another machine.</summary>
    bool UsesThisMachine => true;

    /// <summary>Examples that a dataset has to have at least.</summary>
    int MinimumExamples => 1;

    /// <summary>Trains one adapter; the output file exists, whole, once this returns.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The job cannot be done as asked; the message says why.</exception>
    /// <exception cref="TrainingFailedException">The training broke off; another attempt may succeed.</exception>
    Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation);
}
