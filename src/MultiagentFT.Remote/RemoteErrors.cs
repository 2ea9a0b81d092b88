using System.ClientModel;
using System.Globalization;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using Polly.Timeout;

namespace MultiagentFT.Remote;

/// <summary>Turns what goes wrong with an endpoint into sentences, without the key and without what else its answers may hold.</summary>
internal sealed class RemoteErrors(RemoteEndpoint endpoint)
{
    private const int LongestMessage = 300;

    /// <summary>Why one request has no answer.</summary>
    /// <exception cref="InputException">No other request would have one either: the key, the model or the credit is refused, or the budget is spent.</exception>
    public GenerationFailure Failure(Exception error)
    {
        if (error is InputException) throw error;
        if (Status(error) is not { } status) return new GenerationFailure(FailureKind.Unreachable, Describe(error));
        var said = Said(error);
        if (status is 401 or 402 or 403 or 404 or (>= 300 and < 400) || said.Code == "insufficient_quota") throw Refused(status, said);
        if (said.Code == "context_length_exceeded")
            return new GenerationFailure(FailureKind.PromptTooLong, Sentence("a prompt that fits the model's context", status, said));
        return status is 408 or 429 or >= 500
            ? new GenerationFailure(FailureKind.Unreachable, Sentence("an answer", status, said))
            : new GenerationFailure(FailureKind.Invalid, Sentence("a request that the endpoint takes", status, said));
    }

    /// <summary>An endpoint that will refuse everything.</summary>
    public InputException Refused(int status, string body) => Refused(status, Read(body));

    /// <summary>What happened, for a message.</summary>
    public string Describe(Exception error) => error switch
    {
        TimeoutRejectedException or OperationCanceledException => $"{endpoint.Options.BaseUrl}: expected an answer within {endpoint.Options.TimeoutSeconds} s (--timeout), found none",
        _ when Status(error) is { } status => Sentence("an answer", status, Said(error)),
        HttpRequestException or IOException => $"{endpoint.Options.BaseUrl}: expected an answer, found {Short(error.Message)}",
        ClientResultException { InnerException: { } inner } => Describe(inner),
        _ => $"{endpoint.Options.BaseUrl}: expected an answer of OpenAI's API, found something else ({error.GetType().Name})",
    };

    /// <summary>A text from the endpoint as a message may show it.</summary>
    public string Short(string text)
    {
        text = Printable.Line(endpoint.Redact(text).ReplaceLineEndings(" ").Trim());
        return text.Length <= LongestMessage ? text : text[..LongestMessage] + "...";
    }

    /// <summary>The status of an answer that refuses; null where there was no answer, or one that cannot be read.</summary>
    public static int? Status(Exception error) => error is ClientResultException { Status: >= 300 } answered ? answered.Status : null;

    private InputException Refused(int status, (string? Code, string Message) said) => new(Sentence(
        status switch
        {
            401 or 403 => $"an API key that the endpoint accepts (--api-key-file, or {ApiKey.Variable})",
            402 or 429 => "credit",
            404 => "a model and a path that the endpoint has (--model openai:NAME, and a --base-url that ends like .../v1)",
            >= 300 and < 400 => "an endpoint that answers itself (--base-url)",
            _ => "an endpoint that serves the model",
        },
        status,
        said));

    private string Sentence(string expected, int status, (string? Code, string Message) said) =>
        string.Create(CultureInfo.InvariantCulture, $"{endpoint.Options.BaseUrl}: expected {expected}, found status {status}{(said.Message.Length > 0 ? ": " : "")}{said.Message}");

    private (string? Code, string Message) Said(Exception error)
    {
        try
        {
            return Read(((ClientResultException)error).GetRawResponse()!.Content.ToString());
        }
        catch (InvalidOperationException)
        {
            // An answer that was to be read piece by piece and is not in memory.
            return (null, "");
        }
    }

    /// <summary><c>{"error":{"message","code"}}</c>, <c>{"error":"..."}</c>, <c>{"message"}</c>, or any text.</summary>
    private (string? Code, string Message) Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error)) root = error;
            if (root.ValueKind == JsonValueKind.String) return (null, Short(root.GetString()!));
            if (root.ValueKind == JsonValueKind.Object && Text(root, "message") is { } message) return (Text(root, "code") ?? Text(root, "type"), Short(message));
        }
        catch (JsonException)
        {
        }
        return (null, Short(body));
    }

    private static string? Text(JsonElement value, string key) =>
        value.TryGetProperty(key, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}
