using System.Diagnostics.Metrics;

namespace MultiagentFT.Inference.Engines;

/// <summary>What engines measure of themselves, for whoever listens to the meter; without a listener nothing is measured.</summary>
public static class EngineTelemetry
{
    public const string MeterName = "MultiagentFT.Engine";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>From planning a step until its tokens are drawn.</summary>
    internal static Histogram<double> StepDuration { get; } = Meter.CreateHistogram<double>(
        "mft.engine.step.duration", "s", "Time of a decode step, sampling included.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] });

    internal static Histogram<int> StepRows { get; } = Meter.CreateHistogram<int>(
        "mft.engine.step.rows", "{row}", "Rows of a decode step: one for each answer, and those of prompts.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });
}
