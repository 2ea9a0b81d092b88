using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Telemetry;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace MultiagentFT.Cluster.Worker;

/// <summary>Takes work of runs, does it, and gives its results back, until it is asked to stop.</summary>
public sealed class ClusterWorker
{
    /// <summary>Work that has been given out so often without a result or a reason ends its workers, and is given out no more.</summary>
    private const int MostDeliveries = 6;

    /// <summary>To publish a result, a second apart; then the work is left to whoever gets it next.</summary>
    private const int MostAttempts = 60;

    private readonly ClusterConnection _connection;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly Origin _origin;
    private readonly Dictionary<string, string> _models;
    private readonly RunTurns _turns = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Lease, bool> _leases = [];
    private readonly ConcurrentDictionary<string, INatsJSConsumer> _consumers = new(StringComparer.Ordinal);
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly long _started;
    private long _debates;
    private long _trainings;
    private long _failures;
    private double _busySeconds;

    /// <exception cref="InputException">An option is out of range.</exception>
    public ClusterWorker(ClusterConnection connection, WorkerOptions options, TimeProvider? time = null)
    {
        options.Check();
        (_connection, _options, _time) = (connection, options, time ?? TimeProvider.System);
        _started = _time.GetTimestamp();
        var product = ProductVersion.Current;
        _origin = new Origin(options.Name, product.Version, product.Commit, options.InstructionSet);
        _models = options.Models.DistinctBy(model => model.Sha256).ToDictionary(model => model.Sha256, model => model.Name, StringComparer.Ordinal);
    }

    /// <summary>Works until it is asked to stop; then finishes what it has begun, or hands it back.</summary>
    /// <exception cref="InputException">The streams are of another version, or this program may not use them.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (await StreamsAsync(stop).ConfigureAwait(false) is not { } streams) return;
        using var end = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        await using var doer = new WorkDoer(_options, streams.Contents, _time);
        using var telemetry = new WorkerTelemetry(_options.Name, () => _leases.Count, () => doer.Tokens);
        var watch = new RunWatch(streams, _models, _origin, _options.Log, _time);
        Task[] services = [watch.FollowAsync(end.Token), ListenAsync(end.Token), BeatAsync(streams, doer, stop, end.Token)];
        _options.Log?.Invoke($"{_options.Name} works for {_connection.Address} with {string.Join(", ", _models.Values)}");
        Task[] loops =
        [
            .. _options.Debates ? [LoopAsync(WorkKind.Debate, streams, doer, telemetry, watch, stop, abandon.Token)] : Array.Empty<Task>(),
            .. Enumerable.Range(0, _options.Trainers).Select(_ => LoopAsync(WorkKind.Training, streams, doer, telemetry, watch, stop, abandon.Token)),
        ];
        try
        {
            var all = Task.WhenAll(loops);
            using var stopping = stop.Register(() => abandon.CancelAfter(_options.Grace));
            await all.ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(services).ConfigureAwait(false);
            await LeaveAsync(streams).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a run has created the streams; null when asked to stop before.</summary>
    private async Task<ClusterStreams?> StreamsAsync(CancellationToken stop)
    {
        try
        {
            for (var told = false; ; told = true)
            {
                try
                {
                    if (await _connection.TryOpenStreamsAsync(stop).ConfigureAwait(false) is { } streams) return streams;
                    if (!told) _options.Log?.Invoke($"{_connection.Address}: no run has been there yet; waiting for one");
                }
                catch (InputException error) when (error.InnerException is NatsException reason && ClusterConnection.IsPassing(reason))
                {
                    _options.Log?.Invoke($"{error.Message}; trying again");
                }
                await Task.Delay(_options.Idle, _time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task LoopAsync(
        WorkKind kind, ClusterStreams streams, WorkDoer doer, WorkerTelemetry telemetry, RunWatch watch, CancellationToken stop, CancellationToken abandon)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await TakeAsync(kind, watch, stop).ConfigureAwait(false) is { } taken)
                {
                    await using (taken) await WorkAsync(taken, streams, doer, telemetry, watch, abandon).ConfigureAwait(false);
                    continue;
                }
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop);
                idle.CancelAfter(_options.Idle);
                await _news.Reader.ReadAsync(idle.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // No news, or asked to stop.
            }
            catch (Exception error) when (error is NatsException or IOException or ObjectDisposedException)
            {
                _options.Log?.Invoke($"{_connection.Address}: {ClusterConnection.Reason(error)}; trying again");
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The next piece of work, of the run whose turn it is; null where there is none.</summary>
    private async Task<Lease?> TakeAsync(WorkKind kind, RunWatch watch, CancellationToken cancellation)
    {
        foreach (var id in _turns.Order(watch.Eligible()))
        {
            if (watch.Find(id) is not { } run) continue;
            var name = ClusterNames.Consumer(id, kind);
            try
            {
                if (!_consumers.TryGetValue(name, out var consumer))
                    _consumers[name] = consumer = await _connection.JetStream.GetConsumerAsync(_connection.Names.WorkStream, name, cancellation).ConfigureAwait(false);
                await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: cancellation).ConfigureAwait(false))
                {
                    if (_connection.Names.IsWorkOf(message.Subject, id, kind)) return new Lease(message, run, kind, ClusterNames.IdOf(message.Subject), _time);
                    // A server that has just become a leader may give out what another consumer's workers have done. Whoever still waits for it asks again.
                    _options.Log?.Invoke($"{_connection.Address}: the queue {name} gave out {Printable.Line(message.Subject)}, which is not its own; dropped");
                    await message.AckAsync(cancellationToken: cancellation).ConfigureAwait(false);
                }
            }
            catch (NatsJSException)
            {
                // A run that has just ended has no consumer any more.
                _consumers.TryRemove(name, out _);
            }
        }
        return null;
    }

    private async Task WorkAsync(Lease lease, ClusterStreams streams, WorkDoer doer, WorkerTelemetry telemetry, RunWatch watch, CancellationToken abandon)
    {
        _leases.TryAdd(lease, true);
        var measured = telemetry.Begin(lease.Run.Id, lease.Kind, lease.Id, lease.Delivery, TraceHeaders.Read(lease.Message.Headers));
        // What the connection throws leaves the work to whoever gets it next.
        var (outcome, reason) = ("lost", "the connection broke");
        var messages = new MessageStream(_connection, streams.Contents);
        try
        {
            if (lease.Delivery > MostDeliveries)
            {
                var fatal = string.Create(CultureInfo.InvariantCulture, $"given out {lease.Delivery - 1} times without an end: workers that take it are gone before they say why");
                await EndAsync(lease, messages, Failed(lease, fatal), watch, measured).ConfigureAwait(false);
                (outcome, reason) = ("left_out", fatal);
                return;
            }
            var result = await DoAsync(lease, messages, doer, abandon).ConfigureAwait(false);
            if (!await EndAsync(lease, messages, result, watch, measured).ConfigureAwait(false))
            {
                (outcome, reason) = ("not_needed", "its run has ended");
                return;
            }
            (outcome, reason) = (result.Failure is null ? "done" : "left_out", result.Failure);
            if (lease.Kind == WorkKind.Debate) Interlocked.Increment(ref _debates);
            else Interlocked.Increment(ref _trainings);
        }
        catch (OperationCanceledException)
        {
            (outcome, reason) = ("handed_back", "asked to stop");
            _options.Log?.Invoke($"hands back work {lease.Id[..Math.Min(12, lease.Id.Length)]}");
            await lease.Message.NakAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (NatsException or ObjectDisposedException))
        {
            (outcome, reason) = ("failed", Reason(error));
            await GiveUpAsync(lease, messages, reason, measured).ConfigureAwait(false);
        }
        finally
        {
            _leases.TryRemove(lease, out _);
            var seconds = lease.Seconds;
            measured.End(outcome, seconds, reason);
            _turns.Add(lease.Run.Id, seconds);
            lock (_gate) _busySeconds += seconds;
        }
    }

    private async Task<ResultMessage> DoAsync(Lease lease, MessageStream messages, WorkDoer doer, CancellationToken abandon)
    {
        var message = lease.Message;
        WorkContent work;
        try
        {
            var content = await messages.ReadAsync(message.Data, message.Headers, abandon).ConfigureAwait(false);
            work = MessageJson.Read<WorkMessage>(message.Subject, content).Content;
            if (work.Id() != lease.Id) throw new InputException(message.Subject, null, "work with the id of its content", work.Id());
            if (work.Kind != lease.Kind) throw new InputException(message.Subject, null, $"{lease.Kind}", $"{work.Kind}");
            if (work.Model != lease.Run.Model) throw new InputException(message.Subject, null, $"work on the model of its run ({lease.Run.Model})", work.Model);
        }
        catch (InputException error)
        {
            // What is no work stays none, whoever tries.
            _options.Log?.Invoke($"work is left out: {error.Message}");
            return Failed(lease, error.Message);
        }
        var started = _time.GetTimestamp();
        var transcripts = work.Debate is null ? null : await doer.DebateAsync(work, abandon).ConfigureAwait(false);
        var adapter = work.Training is null ? null : await doer.TrainAsync(work, lease, abandon).ConfigureAwait(false);
        var scored = work.Scoring is null ? null : await doer.ScoreAsync(work, abandon).ConfigureAwait(false);
        return new ResultMessage(ClusterConnection.Format, lease.Id, _origin, _time.GetElapsedTime(started).TotalSeconds, transcripts, adapter, null, scored);
    }

    private ResultMessage Failed(Lease lease, string reason) => new(ClusterConnection.Format, lease.Id, _origin, 0, null, null, reason);

    /// <summary>First the result, then the queue: a worker that is killed between the two leaves work that is done again, to the same result.</summary>
    /// <returns>False where nobody asks for it any more.</returns>
    private async Task<bool> EndAsync(Lease lease, MessageStream messages, ResultMessage result, RunWatch watch, WorkerTelemetry.Try measured)
    {
        var content = MessageJson.Write(result);
        var isAskedFor = true;
        for (var attempt = 1; ; attempt++)
        {
            // The run is over, by another worker's result or by this one, which was taken though nobody said so: sent now, it would stay for ever.
            isAskedFor = !watch.HasEnded(lease.Run.Id);
            if (!isAskedFor) break;
            try
            {
                // A second result finds that there is one.
                await messages.PublishAsync(_connection.Names.Result(lease.Run.Id, lease.Id), content, measured.Trace, CancellationToken.None).ConfigureAwait(false);
                break;
            }
            catch (NatsException error) when (attempt < MostAttempts)
            {
                if (attempt == 1) _options.Log?.Invoke($"{_connection.Address} does not take a result: {ClusterConnection.Reason(error)}; trying again");
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
        await lease.Message.AckAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
        return isAskedFor;
    }

    private static string Reason(Exception error) => error is InputException or GenerationException or IOException or Contracts.Training.TrainingFailedException
        ? error.Message
        : $"{error.GetType().Name}: {error.Message}";

    private async Task GiveUpAsync(Lease lease, MessageStream messages, string reason, WorkerTelemetry.Try measured)
    {
        Interlocked.Increment(ref _failures);
        _options.Log?.Invoke($"work {lease.Id[..12]} failed: {reason}");
        var failed = new TryMessage(ClusterConnection.Format, lease.Id, _origin, lease.Delivery, reason);
        var subject = _connection.Names.Try(lease.Run.Id, lease.Id, lease.Message.Metadata?.Sequence.Stream ?? 0, lease.Delivery);
        await messages.PublishAsync(subject, MessageJson.Write(failed), measured.Trace, CancellationToken.None).ConfigureAwait(false);
        // Another worker may be luckier; this one waits a little longer each time.
        await lease.Message.NakAsync(new AckOpts { NakDelay = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(8, lease.Delivery))) }, CancellationToken.None)
            .ConfigureAwait(false);
    }

    /// <summary>Hears of new work.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in _connection.Nats.SubscribeAsync<string>(_connection.Names.News, cancellationToken: cancellation).ConfigureAwait(false))
                    _news.Writer.TryWrite(true);
            }
            catch (Exception error) when (error is NatsException or OperationCanceledException or IOException)
            {
                if (cancellation.IsCancellationRequested) return;
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Says that it is there, and what it does.</summary>
    private async Task BeatAsync(ClusterStreams streams, WorkDoer doer, CancellationToken stop, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await streams.Workers.PutAsync(_options.Name, MessageJson.Write(Entry(doer, stop.IsCancellationRequested)), cancellationToken: end).ConfigureAwait(false);
                await Task.Delay(_options.Heartbeat, _time, end).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NatsException or OperationCanceledException or IOException)
            {
                if (!end.IsCancellationRequested) await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private WorkerEntry Entry(WorkDoer doer, bool isDraining)
    {
        double busy;
        lock (_gate) busy = _busySeconds;
        LeaseEntry[] leases = [.. _leases.Keys.Select(lease => lease.Entry())];
        return new WorkerEntry(
            ClusterConnection.Format,
            _origin,
            isDraining ? "draining" : leases.Length > 0 ? "working" : "idle",
            _models,
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            leases,
            Interlocked.Read(ref _debates),
            Interlocked.Read(ref _trainings),
            Interlocked.Read(ref _failures),
            doer.Tokens,
            Math.Round(busy + leases.Sum(lease => lease.Seconds), 1),
            Math.Round(_time.GetElapsedTime(_started).TotalSeconds, 1));
    }

    private async Task LeaveAsync(ClusterStreams streams)
    {
        try
        {
            await streams.Workers.PurgeAsync(_options.Name).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // The entry goes by itself.
        }
    }
}
