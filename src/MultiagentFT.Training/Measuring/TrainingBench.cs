using System.Diagnostics;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Memory;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Training.Measuring;

/// <summary>Trains adapters on made-up conversations and measures speed and memory. Memory is that of the process, so each measurement needs one of its own.</summary>
public static class TrainingBench
{
    /// <param name="job">In range.</param>
    /// <param name="folder">For what is written; the caller deletes it.</param>
    /// <param name="cancellation">Ends at the next step.</param>
    /// <exception cref="InputException">The model or the options cannot be trained.</exception>
    public static TrainingMeasurement Run(TrainingBenchJob job, string folder, CancellationToken cancellation)
    {
        if (job.Validate().FirstOrDefault() is { } error) throw new InputException(error);
        var dataset = Path.Combine(folder, "dataset.jsonl");
        var (shape, length) = Write(job, dataset);
        var options = job.Options with { Epochs = 1, MaxLength = length };
        var jobs = Enumerable.Range(0, job.Adapters).Select(index => new TrainingJob
        {
            Model = job.Model,
            Dataset = dataset,
            Output = Path.Combine(folder, $"adapter-{index}.gguf"),
            Seed = (ulong)index,
            Options = options,
        }).ToArray();
        var clocks = jobs.Select(_ => new StepClock()).ToArray();
        var reports = new TrainingReport[jobs.Length];
        TrainingPlan? plan = null;
        InputException? failure = null;
        new GroupTrainer(jobs, job.SideBySide)
        {
            OnPlanned = (_, made) => plan = made,
            OnProgress = (index, progress) => clocks[index].Tick(progress.Tokens),
            OnTrained = (index, report) => reports[index] = report,
            OnFailed = (_, reason) => failure ??= reason,
        }.Run(cancellation);
        if (failure is not null) throw failure;

        var seconds = job.SideBySide == 1
            ? clocks.Sum(clock => clock.Seconds(clock))
            : clocks.MinBy(clock => clock.First)!.Seconds(clocks.MaxBy(clock => clock.Last)!);
        var rate = clocks.Sum(clock => clock.Tokens) / seconds;
        var operations = TrainingOperations.PerToken(shape, options, length, reports[0].TargetTokens / (double)reports[0].Tokens);
        // After the memory was read, as the product takes some, too.
        var peak = ProductPeak.Measure(options.BFloat16, TorchSharp.torch.device(options.Device));
        return new TrainingMeasurement(
            options.Objective, job.Adapters, job.SideBySide, options.Rank, length, options.BatchTokens, reports[0].Steps - 1, plan!.Keep, plan.KeptBlocks,
            rate, rate * operations / peak, peak, reports.Max(report => report.PlannedBytes), reports.Max(report => report.PeakBytes));
    }

    /// <summary>As many examples as the steps and the one before them take.</summary>
    private static (ModelShape Shape, int Length) Write(TrainingBenchJob job, string dataset)
    {
        using var shared = SharedBase.Open(job.Model);
        LoraWeights.RequireTargets(shared.File.Shape, job.Options);
        var writer = new BenchDataset(shared.Encoder, job.Length);
        var length = writer.Write(dataset, job.Options.Objective, 2);
        var sequences = ObjectiveCatalog.Default.Require(job.Options.Objective)
            .Create(new TrainingJob { Model = job.Model, Dataset = dataset, Output = dataset + ".gguf", Options = job.Options }).Encode(shared.Encoder).First().Sequences;
        var examples = (job.Steps + 1) * job.Options.Accumulation * Math.Max(1, job.Options.BatchTokens / (length * sequences));
        return (shared.File.Shape, writer.Write(dataset, job.Options.Objective, examples));
    }

    /// <summary>When the first and the last step ended.</summary>
    private sealed class StepClock
    {
        private long _firstTokens;

        public long First { get; private set; }

        public long Last { get; private set; }

        /// <summary>Of all steps but the first.</summary>
        public long Tokens { get; private set; }

        public void Tick(long tokens)
        {
            Last = Stopwatch.GetTimestamp();
            if (First == 0) (First, _firstTokens) = (Last, tokens);
            Tokens = tokens - _firstTokens;
        }

        public double Seconds(StepClock until) => Stopwatch.GetElapsedTime(First, until.Last).TotalSeconds;
    }
}
