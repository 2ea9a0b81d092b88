using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
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
    /// <summary>The exit code that blames the job; every other one is an accident.</summary>
    private const int BadInput = 2;

    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var jobFile = job.Output + ".job.json";
        JsonFile.Write(jobFile, job);
        using var process = Start([jobFile, .. Curves(job)]);
        var errors = new LastLines(20);
        try
        {
            // Nothing is sent; the open pipe ends when this process does, which tells the trainer to stop too.
            await Task.WhenAll(
                ReadProgressAsync(process.StandardOutput, progress, errors, cancellation),
                ReadErrorsAsync(process.StandardError, errors, cancellation)).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            await StopAsync(process).ConfigureAwait(false);
        }
        if (process.ExitCode != 0)
        {
            var message = $"training of {job.Output}: the trainer exited with code {process.ExitCode}: {errors}";
            throw process.ExitCode == BadInput ? new InputException(message) : new TrainingFailedException(message);
        }
        if (!File.Exists(job.Output)) throw new InputException(job.Output, null, "the trainer's adapter", "no such file");
        return JsonFile.Read<TrainingReport>(Path.ChangeExtension(job.Output, ".json"));
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
        using var process = Start([.. files, "--side-by-side", sideBySide.ToString(CultureInfo.InvariantCulture), .. Curves(jobs[0])]);
        var errors = new LastLines(20);
        try
        {
            await Task.WhenAll(
                ReadMessagesAsync(process.StandardOutput, Take, errors, cancellation),
                ReadErrorsAsync(process.StandardError, errors, cancellation)).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            await StopAsync(process).ConfigureAwait(false);
        }
        foreach (var i in open)
        {
            var message = $"training of {jobs[i].Output}: the trainer exited with code {process.ExitCode}: {errors}";
            failures.Add(i, process.ExitCode == BadInput ? new InputException(message) : new TrainingFailedException(message));
        }
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

    /// <summary>The adapter's folder is called by its iteration, and that one's by the method.</summary>
    private string[] Curves(TrainingJob job)
    {
        if (curves is null) return [];
        var iteration = Path.GetDirectoryName(Path.GetFullPath(job.Output))!;
        return ["--tensorboard", Path.Combine(curves, Path.GetFileName(Path.GetDirectoryName(iteration)) ?? "", Path.GetFileName(iteration))];
    }

    private Process Start(IReadOnlyList<string> job)
    {
        var start = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in (IEnumerable<string>)[.. command.Arguments, "train", "--job", .. job, "--progress-json"])
            start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException)
        {
            throw new InputException(command.FileName, null, "a trainer program that starts", error.Message, error);
        }
    }

    private static async Task ReadProgressAsync(
        StreamReader output, IProgress<TrainingProgress>? progress, LastLines errors, CancellationToken cancellation)
    {
        while (await output.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (Parse<TrainingProgress>(line) is { } step) progress?.Report(step);
            else errors.Add(line);
        }
    }

    private static async Task ReadMessagesAsync(StreamReader output, Action<TrainerMessage> take, LastLines errors, CancellationToken cancellation)
    {
        while (await output.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (Parse<TrainerMessage>(line) is { } message) take(message);
            else errors.Add(line);
        }
    }

    private static async Task ReadErrorsAsync(StreamReader output, LastLines errors, CancellationToken cancellation)
    {
        while (await output.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line) errors.Add(line);
    }

    /// <summary>A native library may print to standard output as well: what is no progress belongs to the messages.</summary>
    private static T? Parse<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, JsonFormats.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task StopAsync(Process process)
    {
        if (process.HasExited) return;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It exited between the two lines.
        }
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private sealed class OneJob(Action<int, TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(0, value);
    }
}
