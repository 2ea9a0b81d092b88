using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Bench.Loading;

/// <summary>A server of OpenAI's API, whose answers are streamed.</summary>
/// <param name="name">As results name it.</param>
/// <param name="http">Has the server's base address, such as <c>http://127.0.0.1:8080/v1/</c>.</param>
/// <param name="body">The fields of a request but for <c>stream</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerTarget(string name, HttpClient http, Func<LoadRequest, Dictionary<string, object>> body, TimeProvider time) : ILoadTarget
{
    private const string End = "[DONE]";

    public string Name => name;

    public async Task<LoadAnswer> AskAsync(LoadRequest request, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var fields = body(request);
        fields["stream"] = true;
        fields["stream_options"] = new { include_usage = true };
        var (text, tokens, first) = (new StringBuilder(), (int?)null, (TimeSpan?)null);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = System.Net.Http.Json.JsonContent.Create(fields) };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw Unexpected($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)}");
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await foreach (var happened in SseParser.Create(stream, (_, data) => Read(data)).EnumerateAsync(cancellation).ConfigureAwait(false))
            {
                if (happened.Data is not { } chunk) continue;
                if (chunk.Text.Length > 0) first ??= time.GetElapsedTime(began);
                text.Append(chunk.Text);
                tokens = chunk.Tokens ?? tokens;
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new InputException(http.BaseAddress!.ToString(), null, "a server that answers", error.Message, error);
        }
        return new LoadAnswer(text.ToString(), tokens ?? throw Unexpected("an answer without usage"), first);
    }

    /// <summary>The text and the count of tokens of an event; null at the end.</summary>
    private Chunk? Read(ReadOnlySpan<byte> data)
    {
        var line = Encoding.UTF8.GetString(data);
        if (line == End) return null;
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("error", out var error)) throw Unexpected(error.GetRawText());
            int? tokens = root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object ? usage.GetProperty("completion_tokens").GetInt32() : null;
            var choices = root.GetProperty("choices");
            var text = choices.GetArrayLength() > 0 && choices[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : null;
            return new Chunk(text ?? "", tokens);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InputException(http.BaseAddress!.ToString(), null, "chunks of a chat completion", line, exception);
        }
    }

    private InputException Unexpected(string found) => new(http.BaseAddress!.ToString(), null, "a streamed chat completion with usage", found);

    private sealed record Chunk(string Text, int? Tokens);
}
