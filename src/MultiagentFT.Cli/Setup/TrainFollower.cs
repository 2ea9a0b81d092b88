using System.Collections.Concurrent;
using System.Text.Json;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Training;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Cli.Setup;

/// <summary>Trains what it is told, a <see cref="TrainerOrder"/> a line, until its input ends; answers with <see cref="TrainerMessage"/> lines.</summary>
internal sealed class TrainFollower(TextReader input, TextWriter output)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<int, CancellationTokenSource> _jobs = [];

    /// <exception cref="InputException">A line is no order.</exception>
    /// <exception cref="InvalidOperationException">A training broke off by accident; others are ended with it, as their process is not sound.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var trainings = new ResidentTrainings();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var accident = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var threads = new List<Thread>();
        try
        {
            while (await NextAsync(accident.Task, end.Token).ConfigureAwait(false) is { } line)
            {
                var order = Read(line);
                if (order.Stop)
                {
                    await StopAsync(order.Job).ConfigureAwait(false);
                    continue;
                }
                var job = order.Start!;
                var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                if (!_jobs.TryAdd(order.Job, stop)) throw new InputException("standard input", "job", "a number that is not under way", $"{order.Job}");
                var thread = new Thread(() => Train(trainings, order.Job, job, stop, accident)) { IsBackground = true };
                threads.RemoveAll(thread => !thread.IsAlive);
                threads.Add(thread);
                thread.Start();
            }
            if (accident.Task.IsFaulted) await accident.Task.ConfigureAwait(false);
        }
        finally
        {
            // Whoever asked is gone, or the process is not sound.
            await end.CancelAsync().ConfigureAwait(false);
            foreach (var thread in threads) thread.Join();
        }
    }

    private async Task StopAsync(int job)
    {
        try
        {
            if (_jobs.TryGetValue(job, out var stop)) await stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It ended in this moment.
        }
    }

    private async Task<string?> NextAsync(Task accident, CancellationToken cancellation)
    {
        // Console input cannot be cancelled.
        var line = Task.Run(() => input.ReadLine(), CancellationToken.None);
        return await Task.WhenAny(line, accident, Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false) == line ? await line.ConfigureAwait(false) : null;
    }

    private void Train(ResidentTrainings trainings, int number, TrainingJob job, CancellationTokenSource stop, TaskCompletionSource accident)
    {
        try
        {
            var report = trainings.Train(job, null, new Steps(step => Write(new TrainerMessage(number, Progress: step))), stop.Token);
            Write(new TrainerMessage(number, Report: report));
        }
        catch (InputException error)
        {
            Write(new TrainerMessage(number, Failure: error.Message));
        }
        catch (OperationCanceledException)
        {
            Write(new TrainerMessage(number, Stopped: true));
        }
        catch (Exception error)
        {
            accident.TrySetException(new InvalidOperationException("training: " + error.Message, error));
        }
        finally
        {
            _jobs.TryRemove(number, out _);
            stop.Dispose();
        }
    }

    private static TrainerOrder Read(string line)
    {
        try
        {
            var order = JsonSerializer.Deserialize<TrainerOrder>(line, JsonFormats.Line) ?? throw new InputException("standard input", null, "an order", "null");
            return order.Stop == (order.Start is null) ? order : throw new InputException("standard input", null, "an order with either start or stop", line);
        }
        catch (JsonException error)
        {
            throw new InputException("standard input", null, "an order as JSON", JsonMessage.Of(error), error);
        }
    }

    private void Write(TrainerMessage message)
    {
        lock (_gate)
        {
            output.WriteLine(JsonSerializer.Serialize(message, JsonFormats.Line));
            output.Flush();
        }
    }

    private sealed class Steps(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
