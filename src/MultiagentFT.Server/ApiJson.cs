using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server;

/// <summary>JSON bodies of requests and answers.</summary>
internal static class ApiJson
{
    /// <summary>The field under which answers carry what OpenAI's API does not have.</summary>
    public const string ExtensionField = "multiagentft";

    public static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Reader = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The JSON object that a request carries.</summary>
    /// <param name="limit">Bytes, at most.</param>
    /// <exception cref="ApiException">It is something else.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, long limit)
    {
        if (!context.Request.HasJsonContentType())
            throw new ApiException(415, "unsupported_media_type", null, $"content-type: expected application/json, found {context.Request.ContentType ?? "none"}");
        var bytes = await ReadBytesAsync(context, limit).ConfigureAwait(false);
        // The parser leaves strings as they are until somebody asks for them.
        if (!Utf8.IsValid(bytes.Span)) throw new ApiException(400, "invalid_json", null, "body: expected UTF-8, found other bytes");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, Reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ApiException(400, "invalid_json", null, $"body: expected a JSON object, found none: {error.Message}", error);
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object && HasWholeNames(document.RootElement)) return document;
        document.Dispose();
        throw new ApiException(400, "invalid_json", null, "body: expected a JSON object whose names are whole characters, found another value");
    }

    /// <summary>JSON can write half of a surrogate pair, which is no text.</summary>
    private static bool HasWholeNames(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Object => value.EnumerateObject().All(field => field.Name is not null && HasWholeNames(field.Value)),
                JsonValueKind.Array => value.EnumerateArray().All(HasWholeNames),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, long limit)
    {
        LimitBody(context, limit);
        using var body = new MemoryStream();
        var buffer = new byte[1 << 14];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false) is > 0 and var read)
        {
            if (body.Length + read > limit) throw new ApiException(413, "body_too_large", null, $"body: expected at most {limit} bytes, found more");
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
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
