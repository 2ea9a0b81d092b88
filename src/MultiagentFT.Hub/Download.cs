using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Hub;

/// <summary>
/// Gets one file: over redirects, from where an earlier attempt was cut, checked against what the server says of it, and put in place whole. What has
/// come so far lies beside it as <c>.partial</c>, with the version that it is of as <c>.partial-tag</c>.
/// </summary>
/// <param name="http">Does not follow redirects itself.</param>
/// <param name="options">Who gets the token, and how patient it is.</param>
internal sealed class Download(HttpClient http, HubOptions options)
{
    public const string PartialEnd = ".partial";

    private const string TagEnd = ".partial-tag";
    private const int MostRedirects = 10;
    private const int BufferBytes = 1 << 18;

    /// <param name="source">The file's address.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="sha256">What the content has to hash to, as the user has it; null: what the server says.</param>
    /// <param name="progress">Told of every piece.</param>
    /// <param name="cancellation">Ends it; what has come stays for the next time.</param>
    /// <exception cref="InputException">The server has no such file or refuses it, sends another one than it says, or there is no room.</exception>
    public async Task RunAsync(Uri source, string path, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var partial = OpenPartial(path);
        for (var failures = 0; ;)
        {
            var before = partial.Length;
            try
            {
                var offer = await ReceiveAsync(source, path, partial, progress, cancellation).ConfigureAwait(false);
                await CheckAsync(source, partial, path, sha256, offer, cancellation).ConfigureAwait(false);
                partial.Flush(flushToDisk: true);
                File.Move(partial.Name, path, overwrite: true);
                File.Delete(path + TagEnd);
                return;
            }
            catch (Exception error) when (error is HttpRequestException or CutException && !cancellation.IsCancellationRequested)
            {
                failures = partial.Length > before ? 1 : failures + 1;
                if (failures >= options.Attempts)
                    throw new InputException(source.AbsoluteUri, null, "the whole file", $"{error.Message}; {partial.Length} bytes of it are kept, and the same command goes on there", error);
                await Task.Delay(options.Wait * Math.Pow(2, failures - 1), options.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static FileStream OpenPartial(string path)
    {
        try
        {
            return new FileStream(path + PartialEnd, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path + PartialEnd, null, "a file that nobody else downloads at the same time and that can be written", error.Message, error);
        }
    }

    private async Task<Offer> ReceiveAsync(Uri source, string path, FileStream partial, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var tag = File.Exists(path + TagEnd) ? await File.ReadAllTextAsync(path + TagEnd, cancellation).ConfigureAwait(false) : null;
        // Without a tag nothing says that the rest would be of the same version.
        if (tag is null && partial.Length > 0) partial.SetLength(0);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        try
        {
            silence.CancelAfter(options.Silence);
            var (response, offer) = await FollowAsync(source, partial.Length, stop.Token).ConfigureAwait(false);
            using (response)
            {
                if (partial.Length > 0 && (offer.Tag != tag || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && partial.Length != offer.Size))
                {
                    partial.SetLength(0);
                    File.Delete(path + TagEnd);
                    throw new CutException("the file has changed since its first part came");
                }
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return offer;
                if (offer.Tag is { } current) AtomicFile.WriteText(path + TagEnd, current);
                var begin = Begin(source, response, partial);
                var size = offer.Size ?? (response.Content.Headers.ContentLength is { } rest ? begin + rest : null);
                RequireRoom(path, begin, size);
                await CopyAsync(source, response, partial, begin, size, progress, silence, stop.Token).ConfigureAwait(false);
                return offer with { Size = size };
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new CutException($"nothing for {options.Silence.TotalSeconds:0} s");
        }
    }

    /// <summary>Where what is sent belongs in the file; a server without ranges sends all of it.</summary>
    private static long Begin(Uri source, HttpResponseMessage response, FileStream partial)
    {
        if (response.StatusCode == HttpStatusCode.OK) partial.SetLength(0);
        else if (response.Content.Headers.ContentRange?.From != partial.Length)
            throw new InputException(source.AbsoluteUri, "Content-Range", $"bytes from {partial.Length} on", response.Content.Headers.ContentRange?.ToString() ?? "none");
        return partial.Length;
    }

    private void RequireRoom(string path, long begin, long? size)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (size is { } total && options.FreeBytes(folder) is var free && free < total - begin)
            throw new InputException(folder, null, $"room for {total - begin} bytes more", $"{free} free; {begin} bytes of the file are kept");
    }

    private async Task CopyAsync(
        Uri source, HttpResponseMessage response, FileStream partial, long begin, long? size, IProgress<DownloadProgress>? progress, CancellationTokenSource silence, CancellationToken stop)
    {
        partial.Position = begin;
        var began = options.Time.GetTimestamp();
        var buffer = new byte[BufferBytes];
        await using var content = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        progress?.Report(new DownloadProgress(begin, size, 0));
        while (true)
        {
            silence.CancelAfter(options.Silence);
            int count;
            try
            {
                count = await content.ReadAsync(buffer, stop).ConfigureAwait(false);
            }
            catch (IOException error)
            {
                throw new CutException($"a connection that was cut ({error.Message})");
            }
            if (count == 0) break;
            if (size is { } most && partial.Position + count > most)
            {
                partial.SetLength(0);
                throw new InputException(source.AbsoluteUri, null, $"{most} bytes, as the server says", "more");
            }
            try
            {
                partial.Write(buffer.AsSpan(0, count));
            }
            catch (IOException error)
            {
                throw new InputException(partial.Name, null, "room for the file", $"{error.Message}; {partial.Length} bytes of it are kept, and the same command goes on there", error);
            }
            var seconds = options.Time.GetElapsedTime(began).TotalSeconds;
            progress?.Report(new DownloadProgress(partial.Position, size, seconds > 0 ? (partial.Position - begin) / seconds : 0));
        }
        if (size is { } total && partial.Position < total) throw new CutException($"{partial.Position} of {total} bytes");
    }

    /// <summary>Follows redirects; of another origin than the first no token is sent.</summary>
    private async Task<(HttpResponseMessage Response, Offer Offer)> FollowAsync(Uri source, long from, CancellationToken stop)
    {
        Offer? offer = null;
        var address = source;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            // A compressed answer would have another size and hash.
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            if (options.Token is { } token && IsSameOrigin(address, options.Endpoint)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            try
            {
                offer = Offer.Of(response, offer);
                if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent
                    || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && from > 0) return (response, offer);
                address = Next(source, address, response);
                response.Dispose();
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        throw new InputException(source.AbsoluteUri, null, $"a file after at most {MostRedirects} redirects", "more");
    }

    private static Uri Next(Uri source, Uri address, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is 301 or 302 or 303 or 307 or 308)
        {
            if (response.Headers.Location is not { } location) throw new InputException(source.AbsoluteUri, "Location", "where a redirect leads", "nothing");
            var next = new Uri(address, location);
            return next.Scheme == Uri.UriSchemeHttps || next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp
                ? next
                : throw new InputException(source.AbsoluteUri, "Location", "an address no less safe than the one before", next.Scheme);
        }
        if (status is 408 or 429 or >= 500) throw new HttpRequestException($"status {status}");
        throw new InputException(
            source.AbsoluteUri,
            null,
            status switch
            {
                401 or 403 => "a file that may be read (HF_TOKEN or --token-file has the key of gated and private ones)",
                404 => "a file that the server has",
                _ => "status 200 or 206",
            },
            $"status {status}");
    }

    private static bool IsSameOrigin(Uri one, Uri other) => (one.Scheme, one.Host, one.Port) == (other.Scheme, other.Host, other.Port);

    /// <summary>What does not hash as it has to is deleted: no rest would make it right.</summary>
    private static async Task CheckAsync(Uri source, FileStream partial, string path, string? sha256, Offer offer, CancellationToken cancellation)
    {
        if (sha256 is not null || offer.Sha256 is not null)
        {
            partial.Position = 0;
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(partial, cancellation).ConfigureAwait(false));
            foreach (var expected in (string?[])[sha256, offer.Sha256])
                if (expected is not null && expected != found) throw Mismatch("SHA-256", expected, found);
        }
        else if (offer.BlobSha1 is { } blob)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {partial.Length}\0"));
            partial.Position = 0;
            var buffer = new byte[BufferBytes];
            for (int count; (count = await partial.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;) hash.AppendData(buffer, 0, count);
            var found = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (found != blob) throw Mismatch("Git's SHA-1", blob, found);
        }

        InputException Mismatch(string kind, string expected, string found)
        {
            partial.SetLength(0);
            File.Delete(path + TagEnd);
            return new InputException(source.AbsoluteUri, kind, expected, $"{found}; what came was deleted");
        }
    }

    /// <summary>The connection ended before the file did: another attempt goes on.</summary>
    private sealed class CutException(string message) : Exception(message);
}
