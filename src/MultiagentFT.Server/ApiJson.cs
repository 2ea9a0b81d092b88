using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server;

/// <summary>JSON bodies of requests and answers.</summary>
internal static class ApiJson
{
    public static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Reader = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The JSON object that a request carries.</summary>
    /// <param name="limit">Bytes, at most.</param>
    /// <exception cref="ApiException">It is something else.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, long limit)
    {
        if (!context.Request.HasJsonContentType())
            throw new ApiException(415, "unsupported_media_type", null, $"content-type: expected application/json, found {context.Request.ContentType ?? "none"}");
        LimitBody(context, limit);
        try
        {
            var document = await JsonDocument.ParseAsync(context.Request.Body, Reader, context.RequestAborted).ConfigureAwait(false);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException error)
        {
            throw new ApiException(400, "invalid_json", null, $"body: expected a JSON object, found none: {error.Message}", error);
        }
        throw new ApiException(400, "invalid_json", null, "body: expected a JSON object, found another value");
    }

    /// <summary>Also where the host's server has no limit of its own, or a larger one.</summary>
    public static void LimitBody(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit) throw new ApiException(413, "body_too_large", null, $"body: expected at most {limit} bytes, found {context.Request.ContentLength}");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit;
    }

    /// <summary>Answers with a JSON value.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Writer)) write(json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
