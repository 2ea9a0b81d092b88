using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Worker;

/// <summary>Keeps the steps of a training with their times, and passes them on. What is no number of JSON is left out.</summary>
/// <param name="time">The clock.</param>
/// <param name="next">Told of each, too.</param>
internal sealed class CurveKeeper(TimeProvider time, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
{
    private readonly List<CurveStep> _steps = [];

    public void Report(TrainingProgress value)
    {
        if (double.IsFinite(value.Loss) && double.IsFinite(value.LearningRate))
        {
            lock (_steps) _steps.Add(new CurveStep(value, time.GetUtcNow()));
        }
        next?.Report(value);
    }

    public IReadOnlyList<CurveStep> Steps()
    {
        lock (_steps) return [.. _steps];
    }
}
