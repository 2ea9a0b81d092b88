using System.Security.Cryptography;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Foundation;
using NATS.Client.ObjectStore;
using NATS.Client.ObjectStore.Models;

namespace MultiagentFT.Cluster.Connection;

/// <summary>Contents by their hash, in NATS's object store: the same content is stored and sent once.</summary>
/// <param name="store">Holds them.</param>
/// <param name="mostBytes">Bytes of a message, at most.</param>
/// <param name="time">Between attempts.</param>
internal sealed class ContentStore(INatsObjStore store, int mostBytes, TimeProvider time)
{
    private const int UsualPart = 128 << 10;

    /// <summary>Looks at a content that is not there, or not whole, before that is believed: a server of a cluster may be a little behind the others.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);

    /// <summary>Stores a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<StoredContent> PutFileAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
        var content = new StoredContent(hash, file.Length);
        file.Position = 0;
        await PutAsync(content, file, cancellation).ConfigureAwait(false);
        return content;
    }

    public async Task<StoredContent> PutAsync(byte[] bytes, CancellationToken cancellation)
    {
        var content = StoredContent.Of(bytes);
        await using var stream = new MemoryStream(bytes, writable: false);
        await PutAsync(content, stream, cancellation).ConfigureAwait(false);
        return content;
    }

    /// <summary>Writes a content to a file, whole or not at all.</summary>
    /// <exception cref="InputException">It is not there, or is another than its hash says.</exception>
    public Task GetFileAsync(StoredContent content, string path, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(path, file => GetAsync(content, file, cancellation));

    /// <exception cref="InputException">It is not there, or is another than its hash says.</exception>
    public async Task<byte[]> GetAsync(StoredContent content, CancellationToken cancellation)
    {
        await using var bytes = new MemoryStream();
        await GetAsync(content, bytes, cancellation).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private async Task PutAsync(StoredContent content, Stream stream, CancellationToken cancellation)
    {
        if (await HasAsync(content, cancellation).ConfigureAwait(false)) return;
        var metadata = new ObjectMetadata { Name = content.Sha256, Options = new MetaDataOptions { MaxChunkSize = Math.Min(UsualPart, mostBytes) } };
        await store.PutAsync(metadata, stream, leaveOpen: true, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> HasAsync(StoredContent content, CancellationToken cancellation)
    {
        try
        {
            var found = await store.GetInfoAsync(content.Sha256, cancellationToken: cancellation).ConfigureAwait(false);
            return !found.Deleted && found.Size == (ulong)content.Bytes;
        }
        catch (NatsObjNotFoundException)
        {
            return false;
        }
    }

    private async Task GetAsync(StoredContent content, Stream target, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                target.SetLength(0);
                await TryGetAsync(content, target, cancellation).ConfigureAwait(false);
                return;
            }
            catch (InputException) when (attempt < Attempts)
            {
                await Task.Delay(FirstWait * Math.Pow(2, attempt - 1), time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Its length is looked at before it is read, so that nobody fills a disk with what was not asked for.</summary>
    private async Task TryGetAsync(StoredContent content, Stream target, CancellationToken cancellation)
    {
        try
        {
            var info = await store.GetInfoAsync(content.Sha256, cancellationToken: cancellation).ConfigureAwait(false);
            if (info.Size != (ulong)content.Bytes) throw new InputException($"object {content.Sha256}", null, $"{content.Bytes} bytes", $"{info.Size}");
            await store.GetAsync(content.Sha256, target, leaveOpen: true, cancellation).ConfigureAwait(false);
        }
        catch (NatsObjNotFoundException error)
        {
            throw new InputException($"object {content.Sha256}", null, "a content that its run has stored", "none", error);
        }
        catch (NatsObjException error)
        {
            throw new InputException($"object {content.Sha256}", null, "a whole content", error.Message, error);
        }
        target.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(target, cancellation).ConfigureAwait(false));
        if (hash != content.Sha256) throw new InputException($"object {content.Sha256}", null, "a content of this SHA-256", hash);
    }
}
