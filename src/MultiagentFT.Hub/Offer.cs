using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace MultiagentFT.Hub;

/// <summary>What a server says of a file before it sends it.</summary>
/// <param name="Tag">Tells versions of the file apart; null where the server has none.</param>
/// <param name="Size">In bytes; null where the server does not say.</param>
/// <param name="Sha256">Lower-case hex of the content, as large files have it for a tag.</param>
/// <param name="BlobSha1">Lower-case hex of Git's hash of the content, as small files have it for a tag.</param>
internal sealed partial record Offer(string? Tag, long? Size, string? Sha256, string? BlobSha1)
{
    /// <summary>By the headers of a repository's answer, which leads elsewhere for large files.</summary>
    public static Offer Of(HttpResponseMessage response, Offer? earlier)
    {
        var linked = Plain(One(response.Headers, "X-Linked-Etag"));
        var tag = linked ?? Plain(response.Headers.ETag?.ToString());
        // Elsewhere a tag may be anything that looks like a hash.
        var hash = response.Headers.Contains("X-Repo-Commit") ? tag : linked;
        var size = long.TryParse(One(response.Headers, "X-Linked-Size"), out var bytes) && bytes >= 0 ? bytes : (long?)null;
        if (size is null && response.StatusCode == HttpStatusCode.OK) size = response.Content.Headers.ContentLength;
        size ??= response.Content.Headers.ContentRange?.Length;
        // What the repository says of a file counts, not what a store of its contents does.
        return new Offer(
            earlier?.Tag ?? tag,
            earlier?.Size ?? size,
            earlier?.Sha256 ?? (hash is not null && Sha256Form().IsMatch(hash) ? hash : null),
            earlier?.BlobSha1 ?? (hash is not null && Sha1Form().IsMatch(hash) ? hash : null));
    }

    private static string? One(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string? Plain(string? tag)
    {
        if (tag is null) return null;
        var plain = (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');
        return plain.Length is > 0 and <= 200 ? plain : null;
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256Form();

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex Sha1Form();
}
