using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Foundation;
using NATS.Client.Core;
using NATS.Client.KeyValueStore;

namespace MultiagentFT.Cluster.Worker;

/// <summary>The runs whose work this worker takes, as they come and go.</summary>
internal sealed class RunWatch(ClusterStreams streams, IReadOnlyDictionary<string, string> models, Origin origin, Action<string>? log, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, RunEntry> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, bool> _ended = new(StringComparer.Ordinal);

    /// <summary>Whether a run is known to be over: nobody asks for results of it.</summary>
    public bool HasEnded(string id) => _ended.ContainsKey(id);

    public RunEntry? Find(string id) => _runs.GetValueOrDefault(id);

    public IReadOnlyCollection<(string Id, int Priority)> Eligible() => [.. _runs.Values.Select(run => (run.Id, run.Priority))];

    /// <summary>Follows the bucket until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // The bucket begins with all that it has.
            _runs.Clear();
            try
            {
                await foreach (var entry in streams.Runs.WatchAsync<byte[]>(cancellationToken: cancellation).ConfigureAwait(false)) Take(entry);
            }
            catch (Exception error) when (error is NatsException or OperationCanceledException or IOException)
            {
                if (cancellation.IsCancellationRequested) return;
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Take(NatsKVEntry<byte[]> entry)
    {
        if (entry.Operation != NatsKVOperation.Put)
        {
            _runs.TryRemove(entry.Key, out _);
            _ended.TryAdd(entry.Key, true);
            return;
        }
        _ended.TryRemove(entry.Key, out _);
        try
        {
            var run = MessageJson.Read<RunEntry>($"{entry.Bucket}/{entry.Key}", entry.Value);
            if (run.Id != entry.Key) throw new InputException($"{entry.Bucket}/{entry.Key}", "id", entry.Key, run.Id);
            if (run.Refusal(models, origin) is { } refusal)
            {
                _runs.TryRemove(run.Id, out _);
                Refuse(run.Id, $"run {run.Id} ({Printable.Line(run.Title)}) is left to others: {Printable.Line(refusal)}");
            }
            else
            {
                _runs[run.Id] = run;
            }
        }
        catch (InputException error)
        {
            Refuse(entry.Key, $"a run is left out: {error.Message}");
        }
    }

    /// <summary>Said once.</summary>
    private void Refuse(string id, string reason)
    {
        if (_refused.TryGetValue(id, out var before) && before == reason) return;
        _refused[id] = reason;
        log?.Invoke(reason);
    }
}
