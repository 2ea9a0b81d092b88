using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Fakes;

/// <summary>A toy trainer that takes two steps of four, and the others when it is let go.</summary>
internal sealed class SteppingTrainer(Task gate) : ITrainer
{
    private readonly ToyTrainer _trainer = new(new Interruption());

    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        progress?.Report(new TrainingProgress(1, 4, 10, 2.5, 1e-3));
        progress?.Report(new TrainingProgress(2, 4, 20, 1.5, 1e-3));
        // No number of JSON: it is not passed on.
        progress?.Report(new TrainingProgress(3, 4, 30, double.NaN, 1e-3));
        await gate;
        return await _trainer.TrainAsync(job, null, cancellation);
    }
}
