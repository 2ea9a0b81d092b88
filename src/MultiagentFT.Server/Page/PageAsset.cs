using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace MultiagentFT.Server.Page;

/// <summary>A file of the page, embedded in this assembly.</summary>
/// <param name="Path">Where it is served.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="Content">All of it.</param>
internal sealed record PageAsset(string Path, string ContentType, byte[] Content)
{
    private const string Prefix = "page/";

    /// <summary>Only this server's own files: no inline script or style, no other host, no frame around the page.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly string _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..32]}\"";

    public static IReadOnlyList<PageAsset> All { get; } =
        [.. typeof(PageAsset).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => Load(name[Prefix.Length..]))];

    public async Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        headers.ETag = _tag;
        if (context.Request.Headers.IfNoneMatch == _tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = Content.Length;
        await context.Response.BodyWriter.WriteAsync(Content, context.RequestAborted).ConfigureAwait(false);
    }

    private static PageAsset Load(string name)
    {
        using var stream = typeof(PageAsset).Assembly.GetManifestResourceStream(Prefix + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var type = System.IO.Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"no content type is known for {other}"),
        };
        return new PageAsset(name == "index.html" ? "/" : "/app/" + name, type, content);
    }
}
