using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Files;

/// <summary>Uploaded files. One exists once it is whole; what an upload that broke off has left is deleted.</summary>
internal sealed partial class FileStore
{
    private const string Content = "content";
    private const string Description = "file.json";

    private readonly StateFolder _state;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private long _last;

    public FileStore(StateFolder state, ServerOptions options, TimeProvider time)
    {
        (_state, _options, _time) = (state, options, time);
        foreach (var folder in Directory.EnumerateDirectories(state.Files))
        {
            if (!File.Exists(Path.Combine(folder, Description))) Directory.Delete(folder, recursive: true);
        }
        _last = All().Select(file => file.Number).FirstOrDefault();
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<StoredFile> All() =>
        [.. Directory.EnumerateDirectories(_state.Files).Select(Path.GetFileName).Select(id => Find(id!)).OfType<StoredFile>()
            .OrderByDescending(file => file.Number).ThenByDescending(file => file.CreatedAt)];

    /// <exception cref="ApiException">There is no such file.</exception>
    public StoredFile Get(string id) =>
        Find(id) ?? throw ApiException.NotFound("file_not_found", "file_id", $"file: expected one of GET /v1/files, found no {Printable.Line(id)}");

    public string PathOf(StoredFile file) => Path.Combine(_state.Files, file.Id, Content);

    /// <summary>Keeps what a stream holds.</summary>
    /// <exception cref="ApiException">It is longer than <paramref name="most"/> bytes, or empty.</exception>
    public async Task<StoredFile> AddAsync(string name, string purpose, Stream content, long most, CancellationToken cancellation)
    {
        var id = $"file-{_options.NextId():N}";
        var folder = Path.Combine(_state.Files, id);
        Directory.CreateDirectory(folder);
        try
        {
            long bytes;
            await using (var file = new FileStream(Path.Combine(folder, Content), FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                bytes = await CopyAsync(content, file, most, cancellation).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            if (bytes == 0) throw ApiException.Invalid("file", "file: expected some content, found none");
            var stored = new StoredFile(id, bytes, _time.GetUtcNow().ToUnixTimeSeconds(), name, purpose, Interlocked.Increment(ref _last));
            StateFolder.Write(Path.Combine(folder, Description), stored);
            return stored;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <exception cref="ApiException">There is no such file.</exception>
    public void Delete(string id)
    {
        var file = Get(id);
        // Without its description it is gone, whatever happens to the rest.
        File.Delete(Path.Combine(_state.Files, file.Id, Description));
        Directory.Delete(Path.Combine(_state.Files, file.Id), recursive: true);
    }

    private StoredFile? Find(string id)
    {
        if (!Id().IsMatch(id)) return null;
        var path = Path.Combine(_state.Files, id, Description);
        return File.Exists(path) ? StateFolder.Read<StoredFile>(path, "the description of a file") : null;
    }

    private static async Task<long> CopyAsync(Stream from, Stream to, long most, CancellationToken cancellation)
    {
        var (buffer, bytes) = (new byte[1 << 16], 0L);
        while (await ReadAsync(from, buffer, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            bytes += read;
            if (bytes > most) throw new ApiException(413, "file_too_large", "file", $"file: expected at most {most} bytes, found more");
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        }
        return bytes;
    }

    private static async ValueTask<int> ReadAsync(Stream from, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await from.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ApiException(400, "invalid_form", "file", $"file: expected a whole part of the form, found an end in the middle: {error.Message}", error);
        }
    }

    [GeneratedRegex(@"^file-[0-9a-f]{32}\z")]
    private static partial Regex Id();
}
