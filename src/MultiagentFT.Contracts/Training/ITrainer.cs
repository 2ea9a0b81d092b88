using MultiagentFT.Foundation;

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

    /// <summary>Trainings that it does side by side wherever they run; null: as many as this machine has room for.</summary>
    int? MostAtATime => null;

    /// <summary>Trains one adapter; the output file exists, whole, once this returns.</summary>
    /// <exception cref="InputException">The job cannot be done as asked; the message says why.</exception>
    /// <exception cref="TrainingFailedException">The training broke off; another attempt may succeed.</exception>
    Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation);

    /// <summary>
    /// Trains several adapters of one base. One that cannot be trained fails alone: the others are trained, and then the exception is thrown. Unless a trainer
    /// does better, each is a call of <see cref="TrainAsync"/>.
    /// </summary>
    /// <param name="jobs">All of the same model.</param>
    /// <param name="sideBySide">Trainings at the same time, at most.</param>
    /// <param name="onProgress">Told of each step, with the job's index. Calls may come from several threads.</param>
    /// <param name="onTrained">Told of each adapter as soon as it is whole.</param>
    /// <param name="cancellation">Ends all trainings; finished adapters stay.</param>
    /// <inheritdoc cref="TrainAsync" path="/exception"/>
    async Task TrainAllAsync(
        IReadOnlyList<TrainingJob> jobs,
        int sideBySide,
        Action<int, TrainingProgress> onProgress,
        Action<int, TrainingReport> onTrained,
        CancellationToken cancellation)
    {
        var failures = new TrainingFailures();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, jobs.Count),
            new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancellation },
            async (i, stop) =>
            {
                try
                {
                    onTrained(i, await TrainAsync(jobs[i], new JobProgress(value => onProgress(i, value)), stop).ConfigureAwait(false));
                }
                catch (Exception error) when (error is InputException or TrainingFailedException)
                {
                    failures.Add(i, error);
                }
            }).ConfigureAwait(false);
        failures.Throw();
    }

    private sealed class JobProgress(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
