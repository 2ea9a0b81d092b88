using System.Security.Cryptography;
using MultiagentFT.Foundation;

namespace MultiagentFT.Hub;

/// <summary>Gets files of Hugging Face's hub, and of other addresses, into a cache.</summary>
/// <param name="options">Where from and where to.</param>
public sealed class HubClient(HubOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The path of a file in the cache, which it is downloaded into unless it is there; with the first part of a model come the others.</summary>
    /// <param name="file">What to get.</param>
    /// <param name="again">Whether it is downloaded even if it is there, as a branch may have moved.</param>
    /// <param name="sha256">What it has to hash to; null: what the server says.</param>
    /// <param name="progress">Told of every piece.</param>
    /// <param name="cancellation">Ends it; what has come stays for the next time.</param>
    /// <exception cref="InputException">The server has no such file or refuses it, sends another one than it says, or there is no room.</exception>
    public Task<string> GetAsync(HubFile file, bool again, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation) => GetAllAsync(
        [.. PartFiles.Of(file.File).Select(part => file with { File = part }).Select(part => (part.At(options.Endpoint), part.In(options.Cache)))],
        again, sha256, progress, cancellation);

    /// <summary>The same of any address; its place in the cache is made of host and path.</summary>
    /// <inheritdoc cref="GetAsync(HubFile, bool, string, IProgress{DownloadProgress}, CancellationToken)"/>
    public Task<string> GetAsync(Uri address, bool again, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var parts = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList();
        if (parts.Count == 0 || parts.Exists(part => part is "." or ".." || part.AsSpan().ContainsAny('/', '\\', '\0') || part.EndsWith(Download.PartialEnd, StringComparison.Ordinal)))
            throw new InputException(address.AbsoluteUri, null, "the address of a file", "one whose path is no name of a file");
        string[] folder = [options.Cache, "urls", $"{address.Host}-{address.Port}", .. parts[..^1]];
        return GetAllAsync(
            [.. PartFiles.Of(parts[^1]).Select(part => (part == parts[^1] ? address : new Uri(address, Uri.EscapeDataString(part) + address.Query), Path.Combine([.. folder, part])))],
            again, sha256, progress, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> GetAllAsync(
        IReadOnlyList<(Uri Address, string Path)> files, bool again, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (files.Count > 1 && sha256 is not null) throw new InputException("--sha256", null, "none, as it is one file's", $"a model in {files.Count} files");
        foreach (var (address, path) in files) await GetAsync(address, path, again, sha256, progress, cancellation).ConfigureAwait(false);
        return files[0].Path;
    }

    private async Task<string> GetAsync(Uri address, string path, bool again, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (File.Exists(path) && !again)
        {
            if (sha256 is not null) await RequireHashAsync(path, sha256, cancellation).ConfigureAwait(false);
            return path;
        }
        await new Download(_http, options).RunAsync(address, path, sha256, progress, cancellation).ConfigureAwait(false);
        return path;
    }

    private static async Task RequireHashAsync(string path, string sha256, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
        if (found != sha256) throw new InputException(path, "SHA-256", sha256, found);
    }
}
