using MultiagentFT.Contracts.Training;
using MultiagentFT.Training.Memory;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Training.Lora;

/// <summary>Trainings of one process that come one by one; a base that several of them need is loaded once. Each comes to what it would come to alone.</summary>
/// <param name="objectives">The objectives that jobs may name; those of this assembly when null.</param>
public sealed class ResidentTrainings(ObjectiveCatalog? objectives = null) : IDisposable
{
    private readonly SharedBases _bases = new();

    /// <summary>libtorch has one generator for all: who draws from it while it trains, trains alone.</summary>
    private readonly ReaderWriterLockSlim _generator = new();

    /// <summary>Trains on the calling thread. Several threads train side by side, but for jobs with dropout.</summary>
    /// <inheritdoc cref="LoraTrainer.Run(IProgress{TrainingProgress}, CancellationToken)" path="/exception"/>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingReport Train(TrainingJob job, Action<TrainingPlan>? onPlanned, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var draws = job.Options.Dropout > 0;
        if (draws) _generator.EnterWriteLock();
        else _generator.EnterReadLock();
        try
        {
            using var shared = _bases.Open(job.Model);
            return new LoraTrainer(job, objectives) { OnPlanned = onPlanned }.Run(shared.Base, progress, cancellation);
        }
        finally
        {
            if (draws) _generator.ExitWriteLock();
            else _generator.ExitReadLock();
        }
    }

    /// <summary>No training is under way any more.</summary>
    public void Dispose()
    {
        _bases.Dispose();
        _generator.Dispose();
    }
}
