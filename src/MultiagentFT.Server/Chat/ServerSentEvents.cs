using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MultiagentFT.Server.Chat;

/// <summary>An answer as a stream of events (<c>text/event-stream</c>), each a JSON value.</summary>
internal sealed class ServerSentEvents(HttpContext context) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(context.Response.BodyWriter, ApiJson.Writer);

    /// <summary>Sends the headers; from here on errors are events.</summary>
    public void Begin()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>Adds an event, which goes out with the next <see cref="FlushAsync"/>.</summary>
    public void Write(Action<Utf8JsonWriter> write)
    {
        Raw("data: "u8);
        write(_json);
        _json.Flush();
        _json.Reset(context.Response.BodyWriter);
        Raw("\n\n"u8);
    }

    /// <summary>Sends what has been written; waits while the client reads more slowly than that.</summary>
    public async ValueTask FlushAsync() => await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);

    /// <summary>The event that says that no other follows.</summary>
    public ValueTask EndAsync()
    {
        Raw("data: [DONE]\n\n"u8);
        return FlushAsync();
    }

    public void Dispose() => _json.Dispose();

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(context.Response.BodyWriter.GetSpan(bytes.Length));
        context.Response.BodyWriter.Advance(bytes.Length);
    }
}
