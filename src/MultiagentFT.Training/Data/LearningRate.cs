using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Data;

/// <summary>The learning rate of each step.</summary>
public static class LearningRate
{
    /// <param name="step">From 0.</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="peak">The highest rate.</param>
    /// <param name="warmUp">Share of the steps in which the rate rises in a straight line.</param>
    /// <param name="schedule">How it falls afterwards; it reaches 0 one step after the last.</param>
    public static double At(int step, int steps, double peak, double warmUp, LearningRateSchedule schedule)
    {
        var rising = (int)Math.Ceiling(steps * warmUp);
        if (step < rising) return peak * (step + 1) / (rising + 1);
        var progress = (double)(step - rising) / Math.Max(1, steps - rising);
        return schedule switch
        {
            LearningRateSchedule.Constant => peak,
            LearningRateSchedule.Linear => peak * (1 - progress),
            LearningRateSchedule.Cosine => peak * 0.5 * (1 + Math.Cos(Math.PI * progress)),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, null),
        };
    }
}
