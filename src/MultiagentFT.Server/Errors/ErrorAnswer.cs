using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Server.Errors;

/// <summary>Errors as OpenAI's clients read them: <c>{"error": {"message", "type", "param", "code"}}</c>.</summary>
internal static class ErrorAnswer
{
    /// <summary>What the client is told of an exception.</summary>
    public static ApiException Of(Exception error) => error switch
    {
        ApiException api => api,
        GenerationException generation => Of(generation.Failure),
        InputException input => new ApiException(400, "invalid_value", null, input.Message, input),
        BadHttpRequestException http => Of(http),
        ObjectDisposedException => new ApiException(503, "shutting_down", null, "the server is shutting down", error) { RetryAfter = 1 },
        IOException or UnauthorizedAccessException => new ApiException(500, "storage_error", null, $"the server could not store or read a file: {error.Message}", error),
        _ => new ApiException(500, "internal_error", null, $"this is a defect of the server ({error.GetType().Name}); its log shows where it happened", error),
    };

    public static ApiException Of(GenerationFailure failure) => failure.Kind switch
    {
        FailureKind.Invalid => new ApiException(400, "invalid_value", "messages", failure.Message),
        FailureKind.PromptTooLong => new ApiException(400, "context_length_exceeded", "messages", failure.Message),
        FailureKind.Unreachable => new ApiException(502, "unreachable", null, failure.Message) { RetryAfter = 1 },
        FailureKind.NotFinite => new ApiException(500, "not_finite", null, failure.Message),
        FailureKind.Stopped => new ApiException(503, "shutting_down", null, failure.Message) { RetryAfter = 1 },
        _ => new ApiException(503, "decoding_failed", null, failure.Message) { RetryAfter = 1 },
    };

    public static async Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        if (error.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
        if (error.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, ApiJson.Writer)) Write(json, error);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The whole object.</summary>
    public static void Write(Utf8JsonWriter json, ApiException error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", Printable.Lines(error.Message));
        json.WriteString("type", error.Type);
        json.WriteString("param", error.Param);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ApiException Of(BadHttpRequestException error) => error.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new ApiException(413, "body_too_large", null, "the body is larger than this server takes", error),
        StatusCodes.Status408RequestTimeout => new ApiException(408, "timeout", null, "the body did not arrive in time", error),
        _ => new ApiException(400, "invalid_request", null, $"the request is not complete or not HTTP: {error.Message}", error),
    };
}
