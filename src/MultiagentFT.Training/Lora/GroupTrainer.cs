using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Curves;
using MultiagentFT.Training.Memory;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Training.Lora;

/// <summary>Trains several adapters over one base, which is loaded once. Each comes to what it would come to alone.</summary>
/// <param name="jobs">At least one; all of the same model.</param>
/// <param name="sideBySide">Trainings at the same time, 1 or more; those that draw random numbers take turns, as libtorch has one generator for all.</param>
/// <param name="objectives">The objectives that jobs may name; those of this assembly when null.</param>
public sealed class GroupTrainer(IReadOnlyList<TrainingJob> jobs, int sideBySide = 1, ObjectiveCatalog? objectives = null)
{
    /// <summary>Where curves go, each adapter's into a folder of its name; null: nowhere.</summary>
    public string? CurveFolder { get; init; }

    /// <summary>Told what each training will take.</summary>
    public Action<int, TrainingPlan>? OnPlanned { get; init; }

    /// <summary>Told of each step, with the job's index. Calls come from several threads.</summary>
    public Action<int, TrainingProgress>? OnProgress { get; init; }

    /// <summary>Told of each adapter once it is written, and its report with it.</summary>
    public Action<int, TrainingReport>? OnTrained { get; init; }

    /// <summary>Told why a job cannot be done; the others go on.</summary>
    public Action<int, InputException>? OnFailed { get; init; }

    /// <summary>Runs all jobs.</summary>
    /// <returns>How many could not be done.</returns>
    /// <exception cref="InputException">Nothing can be trained on the model, or the jobs name several.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; adapters that are done stay, and the same call continues the others.</exception>
    public int Run(CancellationToken cancellation)
    {
        var models = jobs.Select(job => Path.GetFullPath(job.Model)).Distinct().ToArray();
        if (models.Length != 1) throw new InputException("jobs", "model", "one model", $"{models.Length}: {string.Join(", ", models)}");
        var outputs = jobs.Select(job => Path.GetFullPath(job.Output)).Distinct().Count();
        if (outputs != jobs.Count) throw new InputException("jobs", "output", "a path of its own for each adapter", $"{outputs} paths for {jobs.Count} jobs");
        if (CurveFolder is not null && jobs.GroupBy(job => TrainingCurve.FolderOf(CurveFolder, job.Output)).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new InputException(same.Key, null, "curves of one adapter, whose name the folder has", $"{same.Count()} adapters of this name");
        using var shared = SharedBase.Open(jobs[0].Model);
        var threads = jobs.Any(job => job.Options.Dropout > 0) ? 1 : Math.Min(sideBySide, jobs.Count);
        var (next, failures) = (-1, 0);
        Exception? fatal = null;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true }).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        cancellation.ThrowIfCancellationRequested();
        if (fatal is not null) throw new InvalidOperationException("training: " + fatal.Message, fatal);
        return failures;

        void Work()
        {
            try
            {
                for (var i = Interlocked.Increment(ref next); i < jobs.Count && fatal is null; i = Interlocked.Increment(ref next)) Train(i);
            }
            catch (Exception error)
            {
                // An accident: what is not done yet is done by the next attempt.
                Interlocked.CompareExchange(ref fatal, error, null);
            }
        }

        void Train(int i)
        {
            try
            {
                var trainer = new LoraTrainer(jobs[i], objectives)
                {
                    OnPlanned = plan => OnPlanned?.Invoke(i, plan),
                    CurveFolder = CurveFolder is null ? null : TrainingCurve.FolderOf(CurveFolder, jobs[i].Output),
                };
                var report = trainer.Run(shared, new JobProgress(value => OnProgress?.Invoke(i, value)), cancellation);
                OnTrained?.Invoke(i, report);
            }
            catch (InputException error)
            {
                Interlocked.Increment(ref failures);
                OnFailed?.Invoke(i, error);
            }
        }
    }

    private sealed class JobProgress(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
