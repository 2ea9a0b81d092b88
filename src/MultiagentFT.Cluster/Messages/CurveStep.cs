using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Messages;

/// <summary>A step of a training.</summary>
/// <param name="Progress">After it.</param>
/// <param name="Time">When the worker heard of it, by its own clock.</param>
internal sealed record CurveStep(TrainingProgress Progress, DateTimeOffset Time)
{
    /// <summary>What is wrong with a curve: its steps are a part of all, in their order, with numbers that are some.</summary>
    public static IEnumerable<string> Validate(IReadOnlyList<CurveStep> curve)
    {
        var before = 0;
        foreach (var (index, (progress, _)) in curve.Index())
        {
            var key = $"adapter.curve[{index}]";
            if (progress.Step <= before || progress.Step > progress.Steps) yield return $"{key}.step: expected {before + 1} to {progress.Steps}, found {progress.Step}";
            if (progress.Tokens < 0) yield return $"{key}.tokens: expected 0 or more, found {progress.Tokens}";
            if (!double.IsFinite(progress.Loss) || !double.IsFinite(progress.LearningRate)) yield return $"{key}: expected a finite loss and learning rate, found others";
            before = progress.Step;
        }
    }
}
