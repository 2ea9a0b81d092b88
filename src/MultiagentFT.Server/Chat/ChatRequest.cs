using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Chat;

/// <summary>
/// The body of <c>POST /v1/chat/completions</c>. What it asks for is done or refused, never ignored. Labels that change no answer
/// (<c>user</c>, <c>metadata</c>, <c>safety_identifier</c>, <c>prompt_cache_key</c>) are taken, and so are fields that say what is
/// done anyway (<c>frequency_penalty</c> 0, <c>store</c> false).
/// </summary>
/// <param name="Model">The name of a served model.</param>
/// <param name="Messages">Turns in order.</param>
/// <param name="Choices">Answers, 1 or more.</param>
internal sealed record ChatRequest(
    string Model,
    IReadOnlyList<ChatMessage> Messages,
    float? Temperature,
    float? TopP,
    int? MaxTokens,
    ulong? Seed,
    int Choices,
    IReadOnlyList<string> Stop,
    AnswerFormat Format,
    int? TopLogProbabilities,
    bool Streams,
    bool IncludesUsage)
{
    private static readonly string[] Unsupported =
    [
        "tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "audio", "prediction", "reasoning_effort",
        "verbosity", "web_search_options", "moderation", "prompt_cache_retention", "top_k", "min_p", "repetition_penalty",
    ];

    /// <exception cref="ApiException">A field is missing, out of range, unknown or not supported.</exception>
    public static ChatRequest Read(JsonElement body, int mostChoices)
    {
        var fields = new RequestFields(body);
        var model = fields.RequiredText("model");
        var messages = MessagesOf(fields);
        var (temperature, topP) = (fields.Number("temperature", 0, 2), fields.Number("top_p", 0, 1));
        if (topP == 0) throw ApiException.Invalid("top_p", "top_p: expected above 0 and at most 1, found 0");
        var maxTokens = MaxTokensOf(fields);
        var seed = fields.Whole("seed", long.MinValue, long.MaxValue);
        var choices = (int)(fields.Whole("n", 1, mostChoices) ?? 1);
        var stop = StopOf(fields);
        var top = TopOf(fields);
        var streams = fields.Flag("stream") ?? false;
        var includesUsage = UsageOf(fields, streams);
        var format = FormatOf(fields);
        fields.Only("frequency_penalty", "0", IsZero);
        fields.Only("presence_penalty", "0", IsZero);
        fields.Only("logit_bias", "no token", value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
        fields.Only("store", "false", value => value.ValueKind == JsonValueKind.False);
        fields.Only("service_tier", "auto or default", value => RequestFields.Is(value, "auto") || RequestFields.Is(value, "default"));
        fields.Only("modalities", "text", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && RequestFields.Is(value[0], "text"));
        _ = (fields.Text("user"), fields.Text("safety_identifier"), fields.Text("prompt_cache_key"), fields.Object("metadata"));
        fields.RefuseOthers(Unsupported);
        return new ChatRequest(
            model, messages, (float?)temperature, (float?)topP, maxTokens, unchecked((ulong?)seed), choices, stop, format, top, streams, includesUsage);
    }

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number == 0;

    private static List<ChatMessage> MessagesOf(RequestFields fields)
    {
        if (fields.List("messages") is not { } list)
            throw new ApiException(400, "missing_required_parameter", "messages", "messages: expected a list of messages, found none");
        if (list.Count == 0) throw ApiException.Invalid("messages", "messages: expected at least one, found none");
        var messages = new List<ChatMessage>(list.Count);
        for (var i = 0; i < list.Count; i++) messages.Add(MessageOf($"messages[{i}]", list[i]));
        return messages;
    }

    private static ChatMessage MessageOf(string path, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object) throw new ApiException(400, "invalid_type", path, $"{path}: expected a message, found {RequestFields.KindOf(message)}");
        var fields = new RequestFields(message, path + ".");
        var role = fields.RequiredText("role") switch
        {
            // The newer name of the same turn.
            "developer" or ChatMessage.SystemRole => ChatMessage.SystemRole,
            ChatMessage.UserRole => ChatMessage.UserRole,
            ChatMessage.AssistantRole => ChatMessage.AssistantRole,
            var other => throw ApiException.Invalid($"{path}.role", $"{path}.role: expected system, developer, user or assistant, found {Printable.Line(other)}"),
        };
        var content = ContentOf($"{path}.content", fields.Required("content"));
        fields.RefuseOthers("name", "tool_calls", "tool_call_id", "function_call", "audio", "refusal");
        return new ChatMessage(role, content);
    }

    /// <summary>A text, or parts that are texts.</summary>
    private static string ContentOf(string path, JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Array) return RequestFields.TextOf(path, content);
        var parts = content.EnumerateArray().Select((part, i) =>
        {
            var at = $"{path}[{i}]";
            if (part.ValueKind != JsonValueKind.Object) throw new ApiException(400, "invalid_type", at, $"{at}: expected a part, found {RequestFields.KindOf(part)}");
            var fields = new RequestFields(part, at + ".");
            if (fields.RequiredText("type") is not "text" and var type) throw ApiException.Unsupported($"{at}.type", $"{at}.type: expected text, found {Printable.Line(type)}");
            var text = fields.RequiredText("text");
            fields.RefuseOthers();
            return text;
        });
        return string.Concat(parts);
    }

    private static int? MaxTokensOf(RequestFields fields)
    {
        const int Most = 1 << 20;
        var (older, newer) = (fields.Whole("max_tokens", 1, Most), fields.Whole("max_completion_tokens", 1, Most));
        if (older is not null && newer is not null && older != newer)
            throw ApiException.Invalid("max_tokens", $"max_tokens: expected it alone, or as much as max_completion_tokens ({newer}), found {older}");
        return (int?)(newer ?? older);
    }

    private static IReadOnlyList<string> StopOf(RequestFields fields)
    {
        if (fields.Any("stop") is not { } stop) return [];
        string[] texts = stop.ValueKind == JsonValueKind.Array
            ? [.. stop.EnumerateArray().Select((text, i) => RequestFields.TextOf($"stop[{i}]", text))]
            : [RequestFields.TextOf("stop", stop)];
        if (texts.Length > GenerationRequest.MostStops) throw ApiException.Invalid("stop", $"stop: expected at most {GenerationRequest.MostStops} texts, found {texts.Length}");
        if (Array.Exists(texts, text => text.Length is 0 or > GenerationRequest.LongestStop))
            throw ApiException.Invalid("stop", $"stop: expected texts of 1 to {GenerationRequest.LongestStop} characters, found a shorter or longer one");
        return texts;
    }

    private static int? TopOf(RequestFields fields)
    {
        var (wants, top) = (fields.Flag("logprobs") ?? false, fields.Whole("top_logprobs", 0, LogProbabilityOptions.MostTop));
        if (top is not null && !wants) throw ApiException.Invalid("top_logprobs", "top_logprobs: expected logprobs true beside it, found false or none");
        return wants ? (int?)top ?? 0 : null;
    }

    private static bool UsageOf(RequestFields fields, bool streams)
    {
        if (fields.Object("stream_options") is not { } options) return false;
        if (!streams) throw ApiException.Invalid("stream_options", "stream_options: expected stream true beside it, found false or none");
        var includes = options.Flag("include_usage") ?? false;
        options.Only("include_obfuscation", "false", value => value.ValueKind == JsonValueKind.False);
        options.RefuseOthers();
        return includes;
    }

    private static AnswerFormat FormatOf(RequestFields fields)
    {
        if (fields.Object("response_format") is not { } format) return AnswerFormat.Text;
        var answer = format.RequiredText("type") switch
        {
            "text" => AnswerFormat.Text,
            "json_object" => AnswerFormat.JsonObject,
            var other => throw ApiException.Unsupported("response_format.type", $"response_format.type: expected text or json_object, found {Printable.Line(other)}"),
        };
        format.RefuseOthers();
        return answer;
    }
}
