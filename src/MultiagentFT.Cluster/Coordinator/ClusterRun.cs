using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Telemetry;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>
/// A run's side of the cluster: publishes work and collects its results. What is published stays when this process ends: workers go on, and the same
/// run continues from their results.
/// </summary>
public sealed class ClusterRun : IAsyncDisposable
{
    private const string SequenceHeader = "Nats-Sequence";

    private readonly ClusterConnection _connection;
    private readonly ClusterStreams _streams;
    private readonly ClusterRunOptions _options;
    private readonly MessageStream _messages;
    private readonly WorkLog _log;
    private readonly TimeProvider _time;
    private readonly RunTelemetry _telemetry;
    private readonly ConcurrentDictionary<string, Waiter> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ulong> _kept = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private readonly Task _counting;
    private int _workers;
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unasked = new(StringComparer.Ordinal);

    private ClusterRun(ClusterConnection connection, ClusterStreams streams, ClusterRunOptions options, WorkLog log, TimeProvider time)
    {
        (_connection, _streams, _options, _log, _time, Id) = (connection, streams, options, log, time, IdOf(options));
        _messages = new MessageStream(connection, streams.Contents);
        _telemetry = new RunTelemetry(Id, options.Title, () => _waiting.Count, () => Workers, time);
        _watching = WatchAsync(_end.Token);
        _counting = CountWorkersAsync(_end.Token);
    }

    /// <summary>Begins the subjects of its work.</summary>
    public string Id { get; }

    /// <summary>Workers that take its work, as far as is known.</summary>
    public int Workers => Volatile.Read(ref _workers);

    internal BaseModel Model => _options.Model;

    /// <summary>Announces a run to the workers.</summary>
    /// <exception cref="InputException">The server or its streams cannot be used, an option is out of range, or workers differ where they must not.</exception>
    public static async Task<ClusterRun> OpenAsync(ClusterConnection connection, ClusterRunOptions options, CancellationToken cancellation, TimeProvider? time = null)
    {
        options.Check();
        var streams = await connection.CreateStreamsAsync(cancellation).ConfigureAwait(false);
        var log = new WorkLog(options.WorkLog);
        var run = new ClusterRun(connection, streams, options, log, time ?? TimeProvider.System);
        try
        {
            await run.AnnounceStubbornlyAsync(cancellation).ConfigureAwait(false);
            return run;
        }
        catch (NatsException error)
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw new InputException("--nats", null, $"a server at {connection.Address} that takes this run", ClusterConnection.Reason(error), error);
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Has a piece of work done, or finds that it was done before.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="progress">Told how a training goes on, as its worker says with its signs of life; null: nobody.</param>
    /// <param name="accept">Takes the result, or throws an <see cref="InputException"/> that says why it is none; null takes all that fit the work.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="WorkSetAsideException">It failed, or its results were refused, too often.</exception>
    internal async Task<ResultMessage> DoAsync(
        WorkContent work, IProgress<TrainingProgress>? progress, Func<ResultMessage, CancellationToken, Task>? accept, CancellationToken cancellation)
    {
        var id = work.Id();
        _asked.TryAdd(id, true);
        using var asked = _telemetry.Begin(work, id);
        var waiter = new Waiter(asked, progress);
        // The same work that is asked for twice at a time is done one after the other.
        while (_waiting.GetOrAdd(id, waiter) is var other && other != waiter) await other.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await DoAsync(work, id, waiter, accept, cancellation).ConfigureAwait(false);
        }
        catch (WorkSetAsideException error)
        {
            asked.SetAside(error.Message);
            throw;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
            waiter.End();
        }
    }

    /// <summary>Stores a file by its hash, however long the server takes to come back.</summary>
    internal Task<StoredContent> PutAsync(string path, CancellationToken cancellation) =>
        StubbornAsync(() => _streams.Contents.PutFileAsync(path, cancellation), cancellation);

    /// <summary>Writes a content to a file.</summary>
    /// <exception cref="InputException">It is not there, or is another than its hash says.</exception>
    /// <exception cref="NatsException">The server does not give it now.</exception>
    internal Task GetAsync(StoredContent content, string path, CancellationToken cancellation) => _streams.Contents.GetFileAsync(content, path, cancellation);

    /// <summary>Removes a result that is on disk.</summary>
    internal void Forget(WorkContent work)
    {
        if (_kept.TryRemove(work.Id(), out var result)) _ = ForgetAsync(result);
    }

    /// <summary>The run has ended: nothing of it stays on the server but contents, which go with age.</summary>
    public async Task CompleteAsync(CancellationToken cancellation = default)
    {
        try
        {
            await new RunRemoval(_connection, _streams, _options, _time).RunAsync(Id, cancellation).ConfigureAwait(false);
        }
        catch (NatsException error)
        {
            _options.Log?.Invoke($"{_connection.Address}: what is left of run {Id} could not be removed: {ClusterConnection.Reason(error)}");
        }
        var sets = _log.InstructionSets;
        if (sets.Count > 1)
            _options.Log?.Invoke($"done with {sets.Count} instruction sets ({string.Join("; ", sets)}): one machine alone may come to other bytes; --same-kernels keeps to one");
        _telemetry.Complete();
        var strays = _unasked.Keys.Count(id => !_asked.ContainsKey(id));
        if (strays > 0) _options.Log?.Invoke($"{strays} results were not asked for, and were left out");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_watching, _counting).ConfigureAwait(false);
        _telemetry.Dispose();
        _end.Dispose();
    }

    private static string IdOf(ClusterRunOptions options) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Key)))[..16];

    /// <summary>The streams are there: servers that do not answer now come back, however long it takes.</summary>
    private async Task AnnounceStubbornlyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await AnnounceAsync(cancellation).ConfigureAwait(false);
                return;
            }
            catch (NatsException error) when (ClusterConnection.IsPassing(error))
            {
                _options.Log?.Invoke($"{_connection.Address}: {ClusterConnection.Reason(error)}; trying again");
                await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        string? instructionSet = null;
        if (_options.SameInstructionSet) instructionSet = await InstructionSetAsync(cancellation).ConfigureAwait(false);
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            await _streams.Work.CreateOrUpdateConsumerAsync(
                new ConsumerConfig(ClusterNames.Consumer(Id, kind))
                {
                    FilterSubject = _connection.Names.WorkOf(Id, kind),
                    AckPolicy = ConsumerConfigAckPolicy.Explicit,
                    AckWait = _options.Lease,
                    MaxAckPending = 100_000,
                    MaxDeliver = -1,
                },
                cancellation).ConfigureAwait(false);
        }
        var product = ProductVersion.Current;
        var entry = new RunEntry(
            ClusterConnection.Format, Id, _options.Title, _options.Model.Sha256, _options.Model.Name, _options.Priority, product.Version, product.Commit, instructionSet,
            _options.Lease.TotalSeconds);
        await _streams.Runs.PutAsync(Id, MessageJson.Write(entry), cancellationToken: cancellation).ConfigureAwait(false);
        await CountAsync(cancellation).ConfigureAwait(false);
        if (Workers == 0)
            _options.Log?.Invoke($"{_connection.Address}: no worker has the model {_options.Model.Name} (SHA-256 {_options.Model.Sha256}) and this version yet; mft work --nats starts one");
    }

    /// <summary>The one of earlier work, or of the workers that are there.</summary>
    private async Task<string> InstructionSetAsync(CancellationToken cancellation)
    {
        var before = _log.InstructionSets;
        if (before.Count > 1) throw Different(_options.WorkLog!, before);
        if (before.Count == 1) return before.First();
        for (var told = false; ; told = true)
        {
            var sets = (await WorkersAsync(cancellation).ConfigureAwait(false)).Where(Fits).Select(worker => worker.Origin.InstructionSet).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal).ToList();
            if (sets.Count > 1) throw Different($"workers at {_connection.Address}", sets);
            if (sets.Count == 1) return sets[0];
            if (!told) _options.Log?.Invoke($"{_connection.Address}: waiting for a worker with the model {_options.Model.Name}, whose instruction set will be that of the run");
            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellation).ConfigureAwait(false);
        }

        InputException Different(string source, IEnumerable<string> sets) =>
            new(source, null, "one instruction set, as --same-kernels is given", string.Join("; ", sets));
    }

    private bool Fits(WorkerEntry worker) => worker.Models.ContainsKey(_options.Model.Sha256)
        && (worker.Origin.Version, worker.Origin.Commit) == (ProductVersion.Current.Version, ProductVersion.Current.Commit);

    private async Task<ResultMessage> DoAsync(
        WorkContent work, string id, Waiter waiter, Func<ResultMessage, CancellationToken, Task>? accept, CancellationToken cancellation)
    {
        var (isPublished, isOwed, wait) = (false, false, TimeSpan.FromSeconds(1));
        while (true)
        {
            var news = waiter.News;
            try
            {
                var failures = waiter.Failures.Count;
                var sent = waiter.Take() ?? await FindResultAsync(id, cancellation).ConfigureAwait(false);
                if (sent is not null && await ReadResultAsync(work, id, waiter, sent, isPublished, accept, cancellation).ConfigureAwait(false) is { } result)
                {
                    waiter.Asked.Done(result.Origin.Worker, TraceHeaders.Read(sent.Headers));
                    _log.Add(work, result);
                    return result;
                }
                if (waiter.Failures is var reasons && reasons.Count >= _options.Tries) await SetAsideAsync(work, id, reasons).ConfigureAwait(false);
                isOwed |= reasons.Count > failures;
                // Published again, it is refused where it is still there: work that a server has lost is found so.
                var content = MessageJson.Write(new WorkMessage(ClusterConnection.Format, work));
                if (await _messages.PublishAsync(_connection.Names.Work(Id, work.Kind, id), content, waiter.Asked.Trace, cancellation).ConfigureAwait(false))
                {
                    isOwed = false;
                    waiter.Asked.Published();
                    await _connection.Nats.PublishAsync(_connection.Names.News, Id, cancellationToken: cancellation).ConfigureAwait(false);
                }
                isPublished = true;
                // Work with a result that was refused may not have been acknowledged yet, and is in its own way.
                wait = isOwed ? TimeSpan.FromSeconds(1) : _options.Poll;
            }
            catch (NatsException error)
            {
                _options.Log?.Invoke($"{_connection.Address}: {ClusterConnection.Reason(error)}; trying again");
                wait = TimeSpan.FromSeconds(1);
            }
            await Task.WhenAny(news, Task.Delay(wait, _time, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<SentResult?> FindResultAsync(string id, CancellationToken cancellation) =>
        await GetAsync(_streams.Results, _connection.Names.Result(Id, id), cancellation).ConfigureAwait(false) is { } found && SequenceOf(found) is { } sequence
            ? new SentResult(sequence, found.Data, found.Headers)
            : null;

    /// <param name="isPublished">Whether this process has asked for it: what failed or was refused before is tried anew.</param>
    private async Task<ResultMessage?> ReadResultAsync(
        WorkContent work, string id, Waiter waiter, SentResult sent, bool isPublished, Func<ResultMessage, CancellationToken, Task>? accept, CancellationToken cancellation)
    {
        var subject = _connection.Names.Result(Id, id);
        var worker = "";
        try
        {
            var content = await _messages.ReadAsync(sent.Data, sent.Headers, cancellation).ConfigureAwait(false);
            var result = MessageJson.Read<ResultMessage>(subject, content);
            worker = $"{result.Origin.Worker}: ";
            if (result.Work != id) throw new InputException(subject, "work", id, result.Work);
            if (result.Mismatch(work) is { } mismatch) throw new InputException($"{subject}: {Printable.Line(mismatch)}");
            if (result.Failure is null)
            {
                if (accept is not null) await accept(result, cancellation).ConfigureAwait(false);
                _kept[id] = sent.Sequence;
                return result;
            }
            if (isPublished) await SetAsideAsync(work, id, [worker + result.Failure]).ConfigureAwait(false);
        }
        catch (InputException error)
        {
            var count = isPublished
                ? waiter.Fail(string.Create(CultureInfo.InvariantCulture, $"result {sent.Sequence}"), $"{worker}the result is refused: {error.Message}", isRefused: true)
                : 0;
            _options.Log?.Invoke(
                $"a result is left out{(count > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({count} of {_options.Tries})") : "")}: {Printable.Line(worker + error.Message)}");
        }
        // What is no result makes room for one.
        await RemoveAsync(_streams.Results, sent.Sequence, cancellation).ConfigureAwait(false);
        return null;
    }

    private async Task SetAsideAsync(WorkContent work, string id, IReadOnlyList<string> reasons)
    {
        foreach (var (stream, subject) in ((INatsJSStream, string)[])[(_streams.Work, _connection.Names.Work(Id, work.Kind, id)), (_streams.Results, _connection.Names.Result(Id, id))])
        {
            if (await GetAsync(stream, subject, CancellationToken.None).ConfigureAwait(false) is { } found && SequenceOf(found) is { } sequence)
                await RemoveAsync(stream, sequence, CancellationToken.None).ConfigureAwait(false);
        }
        var what = work.Debate is { } debate
            ? $"the chunk of {debate.Problems.Count} problems from {debate.Problems[0].Id} on"
            : work.Scoring is { } scoring ? $"the scoring of {scoring.Requests.Count + scoring.Texts.Count} answers" : "a training";
        throw new WorkSetAsideException(
            $"{what} (work {id[..12]}) is set aside after {reasons.Count} failed tries:\n  {string.Join("\n  ", reasons.Select(Printable.Line))}");
    }

    private async Task<T> StubbornAsync<T>(Func<Task<T>> body, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await body().ConfigureAwait(false);
            }
            catch (NatsException error)
            {
                _options.Log?.Invoke($"{_connection.Address}: {ClusterConnection.Reason(error)}; trying again");
                await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static async Task<NatsMsg<byte[]>?> GetAsync(INatsJSStream stream, string subject, CancellationToken cancellation)
    {
        var found = await stream.GetDirectAsync<byte[]>(new StreamMsgGetRequest { LastBySubj = subject }, cancellationToken: cancellation).ConfigureAwait(false);
        return found.Headers?.ContainsKey(SequenceHeader) == true ? found : null;
    }

    private static ulong? SequenceOf(NatsMsg<byte[]> message) =>
        ulong.TryParse(message.Headers![SequenceHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;

    /// <summary>One message by its number: to purge a subject would also advance the consumers of other subjects, past messages that they have not given out.</summary>
    private static async Task RemoveAsync(INatsJSStream stream, ulong sequence, CancellationToken cancellation)
    {
        try
        {
            await stream.DeleteMessageAsync(new StreamMsgDeleteRequest { Seq = sequence, NoErase = true }, cancellation).ConfigureAwait(false);
        }
        catch (NatsJSApiException)
        {
            // Somebody else has removed it.
        }
    }

    private async Task ForgetAsync(ulong result)
    {
        try
        {
            await RemoveAsync(_streams.Results, result, _end.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // It goes with the run, or with age.
        }
    }

    /// <summary>Tells those who wait; what nobody waits for may be asked for later, or never.</summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        await ForeverAsync(
            async () =>
            {
                var consumer = await _streams.Results.CreateOrderedConsumerAsync(
                    new NatsJSOrderedConsumerOpts { FilterSubjects = [_connection.Names.ResultsOf(Id)] }, cancellation).ConfigureAwait(false);
                await foreach (var message in consumer.ConsumeAsync<byte[]>(cancellationToken: cancellation).ConfigureAwait(false))
                {
                    if (_connection.Names.ReadResult(message.Subject) is not { } about) continue;
                    if (!_waiting.TryGetValue(about.Id, out var waiter))
                    {
                        if (!_asked.ContainsKey(about.Id)) _unasked.TryAdd(about.Id, true);
                        continue;
                    }
                    var sequence = message.Metadata?.Sequence.Stream ?? 0;
                    if (about.IsDone)
                    {
                        waiter.Offer(new SentResult(sequence, message.Data, message.Headers));
                    }
                    else
                    {
                        // Tries of an earlier attempt do not count.
                        if (sequence > _streams.Results.Info.State.LastSeq) Note(waiter, message.Subject, message.Data);
                        waiter.Tell();
                    }
                }
            },
            cancellation).ConfigureAwait(false);
    }

    private void Note(Waiter waiter, string subject, byte[]? data)
    {
        try
        {
            var failed = MessageJson.Read<TryMessage>(subject, data);
            if (waiter.Fail(subject, failed.ToString(), isRefused: false) is var count and > 0)
                _options.Log?.Invoke($"a try failed ({string.Create(CultureInfo.InvariantCulture, $"{count} of {_options.Tries}")}): {Printable.Line(failed.ToString())}");
        }
        catch (InputException error)
        {
            _options.Log?.Invoke($"a message is left out: {error.Message}");
        }
    }

    private async Task CountWorkersAsync(CancellationToken cancellation)
    {
        await ForeverAsync(
            async () =>
            {
                await Task.Delay(_options.Look, _time, cancellation).ConfigureAwait(false);
                await CountAsync(cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task CountAsync(CancellationToken cancellation)
    {
        var workers = (await WorkersAsync(cancellation).ConfigureAwait(false)).Where(Fits).ToList();
        Volatile.Write(ref _workers, workers.Count);
        foreach (var lease in workers.SelectMany(worker => worker.Leases))
        {
            if (lease.Progress is { } progress && lease.Run == Id && _waiting.TryGetValue(lease.Work, out var waiter)) waiter.Report(progress);
        }
    }

    private Task<IReadOnlyList<WorkerEntry>> WorkersAsync(CancellationToken cancellation) => Entries.ReadAsync<WorkerEntry>(_streams.Workers, null, cancellation);

    /// <summary>Until this run is disposed, whatever happens to the connection.</summary>
    private async Task ForeverAsync(Func<Task> body, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await body().ConfigureAwait(false);
            }
            catch (Exception error) when (error is NatsException or OperationCanceledException or IOException or ObjectDisposedException)
            {
                if (!cancellation.IsCancellationRequested) await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
