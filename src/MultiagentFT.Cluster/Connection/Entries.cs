using MultiagentFT.Cluster.Messages;
using MultiagentFT.Foundation;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace MultiagentFT.Cluster.Connection;

/// <summary>The entries of a bucket.</summary>
internal static class Entries
{
    /// <summary>All entries; what is none of this version is left out, with a reason.</summary>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(INatsKVStore bucket, Action<string>? log, CancellationToken cancellation)
        where T : class, IClusterMessage
    {
        // The client's own list of keys waits for the end of a consumer, which does not come where entries are renewed all the time.
        var prefix = $"$KV.{bucket.Bucket}.";
        var stream = await bucket.JetStreamContext.GetStreamAsync($"KV_{bucket.Bucket}", new StreamInfoRequest { SubjectsFilter = prefix + ">" }, cancellation).ConfigureAwait(false);
        var keys = (stream.Info.State.Subjects?.Keys ?? []).Select(subject => subject[prefix.Length..]);
        var entries = new List<T>();
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            var found = await bucket.TryGetEntryAsync<byte[]>(key, cancellationToken: cancellation).ConfigureAwait(false);
            if (!found.Success) continue;
            try
            {
                entries.Add(MessageJson.Read<T>($"{bucket.Bucket}/{key}", found.Value.Value));
            }
            catch (InputException error)
            {
                log?.Invoke(error.Message);
            }
        }
        return entries;
    }
}
