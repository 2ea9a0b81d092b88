using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Server.Chat;

/// <summary>The parts of a completion as JSON.</summary>
internal static class CompletionWriter
{
    /// <summary>What JSON has for the logarithm of nothing.</summary>
    private const double LeastLogProbability = -9999;

    /// <summary>A whole completion.</summary>
    /// <param name="more">Writes further fields of the object; null for none.</param>
    public static void Whole(Utf8JsonWriter json, CompletionHead head, IReadOnlyList<GenerationResult> choices, TokenUsage usage, Action<Utf8JsonWriter>? more = null)
    {
        Begin(json, head, "chat.completion");
        json.WriteStartArray("choices");
        for (var i = 0; i < choices.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", i);
            json.WriteStartObject("message");
            json.WriteString("role", ChatMessage.AssistantRole);
            json.WriteString("content", choices[i].Text);
            json.WriteNull("refusal");
            json.WriteEndObject();
            LogProbabilities(json, choices[i].LogProbabilities);
            json.WriteString("finish_reason", ReasonOf(choices[i].Finish));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Usage(json, usage);
        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>A part of one choice of a streamed completion.</summary>
    /// <param name="finish">Null while it goes on.</param>
    /// <param name="hasUsage">Whether the stream ends with its usage, in which case every chunk has the field.</param>
    public static void Chunk(
        Utf8JsonWriter json, CompletionHead head, int index, ReadOnlySpan<char> text, bool isFirst, IReadOnlyList<DrawnToken>? drawn, FinishReason? finish, bool hasUsage,
        Action<Utf8JsonWriter>? more = null)
    {
        Begin(json, head, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        if (isFirst) json.WriteString("role", ChatMessage.AssistantRole);
        if (isFirst || text.Length > 0) json.WriteString("content", text);
        json.WriteEndObject();
        LogProbabilities(json, drawn);
        json.WriteString("finish_reason", finish is { } reason ? ReasonOf(reason) : null);
        json.WriteEndObject();
        json.WriteEndArray();
        if (hasUsage) json.WriteNull("usage");
        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>The last chunk, where the client has asked for it.</summary>
    public static void UsageChunk(Utf8JsonWriter json, CompletionHead head, TokenUsage usage)
    {
        Begin(json, head, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteEndArray();
        Usage(json, usage);
        json.WriteEndObject();
    }

    private static string ReasonOf(FinishReason finish) => finish is FinishReason.EndOfTurn or FinishReason.StopText ? "stop" : "length";

    private static void Begin(Utf8JsonWriter json, CompletionHead head, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", head.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", head.Created);
        json.WriteString("model", head.Model);
        json.WriteString("system_fingerprint", head.Fingerprint);
    }

    private static void Usage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.Prompt);
        json.WriteNumber("completion_tokens", usage.Generated);
        json.WriteNumber("total_tokens", usage.Prompt + usage.Generated);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.Cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void LogProbabilities(Utf8JsonWriter json, IReadOnlyList<DrawnToken>? drawn)
    {
        if (drawn is null)
        {
            json.WriteNull("logprobs");
            return;
        }
        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (var token in drawn)
        {
            json.WriteStartObject();
            Token(json, token.Drawn);
            json.WriteStartArray("top_logprobs");
            foreach (var other in token.Top)
            {
                json.WriteStartObject();
                Token(json, other);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    private static void Token(Utf8JsonWriter json, TokenProbability token)
    {
        // Half a character is U+FFFD here; the bytes say what it is.
        json.WriteString("token", Encoding.UTF8.GetString(token.Bytes.Span));
        json.WriteNumber("logprob", Math.Max(LeastLogProbability, token.LogProbability));
        json.WriteStartArray("bytes");
        foreach (var value in token.Bytes.Span) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
