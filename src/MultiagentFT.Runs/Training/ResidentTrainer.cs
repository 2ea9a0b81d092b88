using System.Collections.Concurrent;
using System.Text.Json;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Training;

/// <summary>
/// Trains in one process for all trainings, <c>train --follow</c>, which keeps the base loaded between them; it is started by the first, and ends when there
/// has been none for a while. A crash there fails the trainings under way, and the next one starts another.
/// </summary>
/// <param name="command">How it is started.</param>
/// <param name="idle">How long it waits for another training; its memory is the machine's again after it. Default two minutes.</param>
/// <param name="time">Measures that.</param>
public sealed class ResidentTrainer(TrainerCommand command, TimeSpan? idle = null, TimeProvider? time = null) : ITrainer, IAsyncDisposable
{
    private static readonly TimeSpan DefaultIdle = TimeSpan.FromMinutes(2);

    /// <summary>For a training to end that was asked to, at its next step.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly List<Session> _sessions = [];
    private Session? _session;
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>Processes that were started.</summary>
    public int Starts { get; private set; }

    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var session = Enter();
        try
        {
            return await session.TrainAsync(job, progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Leave(session);
        }
    }

    /// <summary>Ends the process, and trainings that are under way with it.</summary>
    public async ValueTask DisposeAsync()
    {
        Session[] sessions;
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            (_session, sessions) = (null, [.. _sessions]);
        }
        foreach (var session in sessions) await session.DisposeAsync().ConfigureAwait(false);
    }

    private Session Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _timer?.Dispose();
            _timer = null;
            if (_session is null || _session.HasEnded)
            {
                _session = new Session(TrainerChild.Start(command, ["--follow"]));
                _sessions.Add(_session);
                Starts++;
            }
            _session.Users++;
            return _session;
        }
    }

    private void Leave(Session session)
    {
        lock (_gate)
        {
            if (--session.Users > 0 || _isDisposed) return;
            if (session != _session) End(session);
            else _timer = _time.CreateTimer(_ => EndIdle(session), null, idle ?? DefaultIdle, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndIdle(Session session)
    {
        lock (_gate)
        {
            if (session.Users > 0 || _isDisposed || session != _session) return;
            _session = null;
            End(session);
        }
    }

    private void End(Session session)
    {
        if (_sessions.Remove(session)) _ = session.DisposeAsync().AsTask();
    }

    /// <summary>One process.</summary>
    private sealed class Session : IAsyncDisposable
    {
        private readonly TrainerChild _child;
        private readonly ConcurrentDictionary<int, Pending> _pending = [];
        private readonly SemaphoreSlim _writing = new(1);
        private readonly Task _reading;
        private int _next;

        public Session(TrainerChild child)
        {
            _child = child;
            _reading = ReadAsync();
        }

        /// <summary>Trainings under way; the owner counts.</summary>
        public int Users { get; set; }

        public bool HasEnded => _reading.IsCompleted;

        public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            var number = Interlocked.Increment(ref _next);
            var pending = new Pending(progress);
            _pending[number] = pending;
            try
            {
                await SendAsync(new TrainerOrder(number, Start: job)).ConfigureAwait(false);
                using var stop = cancellation.Register(() => _ = SendAsync(new TrainerOrder(number, Stop: true)));
                var ended = pending.Message.Task;
                await Task.WhenAny(ended, _reading, OverdueAsync(cancellation, ended)).ConfigureAwait(false);
                if (!ended.IsCompleted)
                {
                    // Without an answer to it, or without a process.
                    await _child.KillAsync().ConfigureAwait(false);
                    await _reading.ConfigureAwait(false);
                }
                // What was said last counts, even where the process has ended since.
                if (ended.IsCompleted) return Take(job, await ended.ConfigureAwait(false), cancellation);
                cancellation.ThrowIfCancellationRequested();
                throw new TrainingFailedException(_child.Reason(job.Output));
            }
            finally
            {
                _pending.TryRemove(number, out _);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _child.DisposeAsync().ConfigureAwait(false);
            await _reading.ConfigureAwait(false);
            _writing.Dispose();
        }

        private static TrainingReport Take(TrainingJob job, TrainerMessage message, CancellationToken cancellation)
        {
            if (message.Stopped)
            {
                cancellation.ThrowIfCancellationRequested();
                throw new TrainingFailedException($"training of {job.Output}: the trainer stopped without having been asked to");
            }
            if (message.Failure is { } reason) throw new InputException($"training of {job.Output}: {reason}");
            if (!File.Exists(job.Output)) throw new InputException(job.Output, null, "the trainer's adapter", "no such file");
            return message.Report!;
        }

        /// <summary>Ends some time after the cancellation.</summary>
        private static async Task OverdueAsync(CancellationToken cancellation, Task ended)
        {
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registered = cancellation.Register(() => cancelled.TrySetResult());
            await Task.WhenAny(cancelled.Task, ended).ConfigureAwait(false);
            if (!ended.IsCompleted) await Task.WhenAny(ended, Task.Delay(Patience, CancellationToken.None)).ConfigureAwait(false);
        }

        private async Task ReadAsync()
        {
            try
            {
                await _child.ReadAsync<TrainerMessage>(Hear, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // It was ended.
            }
        }

        private void Hear(TrainerMessage message)
        {
            if (!_pending.TryGetValue(message.Job, out var pending)) return;
            if (message.Progress is { } step) pending.Progress?.Report(step);
            else if (message.Report is not null || message.Failure is not null || message.Stopped) pending.Message.TrySetResult(message);
        }

        private async Task SendAsync(TrainerOrder order)
        {
            try
            {
                await _writing.WaitAsync().ConfigureAwait(false);
                try
                {
                    await _child.Input.WriteLineAsync(JsonSerializer.Serialize(order, JsonFormats.Line)).ConfigureAwait(false);
                    await _child.Input.FlushAsync().ConfigureAwait(false);
                }
                finally
                {
                    _writing.Release();
                }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The process has ended, as those who wait for it hear.
            }
        }

        private sealed record Pending(IProgress<TrainingProgress>? Progress)
        {
            public TaskCompletionSource<TrainerMessage> Message { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
