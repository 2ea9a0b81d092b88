using System.Globalization;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Training;

/// <summary>
/// Trains in a process of its own, <c>train --job FILE --progress-json</c>: libtorch's memory goes when the training
/// ends, and a crash there does not take the run along. The job file goes beside the adapter as <c>.job.json</c>.
/// </summary>
/// <param name="command">How it is started.</param>
/// <param name="curves">A folder for the curves of all trainings, each in METHOD/iteration-k/AGENT as adapters of a run are; null: none are written.</param>
public sealed class TrainerProcess(TrainerCommand command, string? curves = null) : ITrainer
{
    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var jobFile = job.Output + ".job.json";
        JsonFile.Write(jobFile, job);
        // Nothing is sent; the open pipe ends when this process does, which tells the trainer to stop too.
        await using var child = Start([jobFile, .. Curves(job)]);
        await child.ReadAsync<TrainingProgress>(step => progress?.Report(step), cancellation).ConfigureAwait(false);
        if (!child.HasSucceeded) throw Failure(child, job);
        if (!File.Exists(job.Output)) throw new InputException(job.Output, null, "the trainer's adapter", "no such file");
        return JsonFile.Read<TrainingReport>(TrainingReports.PathFor(job.Output));
    }

    /// <summary>All in one process, <c>train --job FILE... --side-by-side N --progress-json</c>, which loads the base once.</summary>
    public async Task TrainAllAsync(
        IReadOnlyList<TrainingJob> jobs,
        int sideBySide,
        Action<int, TrainingProgress> onProgress,
        Action<int, TrainingReport> onTrained,
        CancellationToken cancellation)
    {
        if (jobs.Count == 1)
        {
            onTrained(0, await TrainAsync(jobs[0], new OneJob(onProgress), cancellation).ConfigureAwait(false));
            return;
        }
        var files = jobs.Select(job => job.Output + ".job.json").ToArray();
        for (var i = 0; i < files.Length; i++) JsonFile.Write(files[i], jobs[i]);
        var failures = new TrainingFailures();
        var open = Enumerable.Range(0, jobs.Count).ToHashSet();
        await using var child = Start([.. files, "--side-by-side", sideBySide.ToString(CultureInfo.InvariantCulture), .. Curves(jobs[0])]);
        await child.ReadAsync<TrainerMessage>(Take, cancellation).ConfigureAwait(false);
        foreach (var i in open) failures.Add(i, Failure(child, jobs[i]));
        failures.Throw();

        void Take(TrainerMessage message)
        {
            if (message.Progress is { } step) onProgress(message.Job, step);
            if (message.Progress is not null || !open.Remove(message.Job)) return;
            var job = jobs[message.Job];
            if (message.Failure is { } reason) failures.Add(message.Job, new InputException($"training of {job.Output}: {reason}"));
            else if (!File.Exists(job.Output)) failures.Add(message.Job, new InputException(job.Output, null, "the trainer's adapter", "no such file"));
            else onTrained(message.Job, JsonFile.Read<TrainingReport>(TrainingReports.PathFor(job.Output)));
        }
    }

    /// <summary>Where the curves of an iteration's trainings go: the adapter's folder is called by its iteration, and that one's by the method.</summary>
    /// <param name="folder">Of all curves.</param>
    /// <param name="job">One of the trainings.</param>
    public static string CurveFolder(string folder, TrainingJob job)
    {
        var iteration = Path.GetDirectoryName(Path.GetFullPath(job.Output))!;
        return Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(iteration)) ?? "", Path.GetFileName(iteration));
    }

    private string[] Curves(TrainingJob job) => curves is null ? [] : ["--tensorboard", CurveFolder(curves, job)];

    private TrainerChild Start(IReadOnlyList<string> job) => TrainerChild.Start(command, ["--job", .. job, "--progress-json"]);

    private static Exception Failure(TrainerChild child, TrainingJob job) =>
        child.BlamesTheJob ? new InputException(child.Reason(job.Output)) : new TrainingFailedException(child.Reason(job.Output));

    private sealed class OneJob(Action<int, TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(0, value);
    }
}
