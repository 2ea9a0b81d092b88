using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>One line of a chat JSONL file.</summary>
internal sealed class ConversationLine(string path, int line, JsonElement fields)
{
    /// <exception cref="InputException">It is not a conversation that can be learned from; the message names file, line and key.</exception>
    public ChatExample Read()
    {
        if (fields.ValueKind != JsonValueKind.Object) throw Wrong(null, "a JSON object", Kind(fields));
        ChatMessage[] messages = Has("messages") || !Has("prompt")
            ? [.. Messages("messages", Required("messages"))]
            : [.. Part("prompt", ChatMessage.UserRole), .. Part("completion", ChatMessage.AssistantRole)];
        if (messages.Length < 2) throw Wrong("messages", "at least a user and an assistant message", $"{messages.Length}");
        if (messages.All(message => message.Role != ChatMessage.UserRole)) throw Wrong("messages", "a user message", "none");
        if (messages[^1].Role != ChatMessage.AssistantRole)
            throw Wrong($"messages[{messages.Length - 1}].role", "assistant in the last message", $"\"{messages[^1].Role}\"");
        int[] context = [.. Context(messages)];
        // What comes after the last turn that is learned makes no difference to it.
        var last = Enumerable.Range(0, messages.Length).LastOrDefault(index => messages[index].Role == ChatMessage.AssistantRole && !context.Contains(index), -1);
        if (last < 0) throw Wrong("messages", "an assistant message whose weight is not 0", "none");
        if (messages[..last].All(message => message.Role != ChatMessage.UserRole)) throw Wrong("messages", "a user message before an answer that is learned", "none");
        return new ChatExample(messages[..(last + 1)]) { Context = [.. context.Where(index => index < last)] };
    }

    /// <exception cref="InputException">It is no pair, or both answers are the same; the message names file, line and key.</exception>
    public PreferencePair ReadPair()
    {
        var (chosen, rejected) = IsOfOpenAi ? ("preferred_output", "non_preferred_output") : ("chosen", "rejected");
        var prompt = IsOfOpenAi ? InputOfOpenAi() : Prompt();
        var pair = new PreferencePair(prompt, Answer(chosen), Answer(rejected));
        return pair.Chosen[0].Content != pair.Rejected[0].Content ? pair : throw Wrong(rejected, "an answer other than the chosen one", "the same");
    }

    /// <exception cref="InputException">It is no labelled completion; the message names file, line and key.</exception>
    public LabelledCompletion ReadLabelled()
    {
        var prompt = Prompt();
        var completion = Answer("completion");
        return fields.TryGetProperty("label", out var label) && label.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new LabelledCompletion(prompt, completion, label.GetBoolean())
            : throw Wrong("label", "true or false", Kind(label));
    }

    private bool IsOfOpenAi => fields.ValueKind == JsonValueKind.Object && Has("input") && !Has("prompt");

    /// <summary>The prompt as finetuning by OpenAI's API has it: messages, and tools, of which no model here knows any.</summary>
    private ChatMessage[] InputOfOpenAi()
    {
        var input = fields.GetProperty("input");
        if (input.ValueKind != JsonValueKind.Object) throw Wrong("input", "an object with messages", Kind(input));
        if (input.TryGetProperty("tools", out var tools) && !(tools.ValueKind == JsonValueKind.Null || tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() == 0))
            throw Wrong("input.tools", "none", Kind(tools));
        ChatMessage[] messages = [.. Messages("input.messages", input.TryGetProperty("messages", out var list) ? list : default)];
        return messages.Any(message => message.Role == ChatMessage.UserRole) ? messages : throw Wrong("input.messages", "a user message", "none");
    }

    private ChatMessage[] Prompt()
    {
        if (fields.ValueKind != JsonValueKind.Object) throw Wrong(null, "a JSON object", Kind(fields));
        ChatMessage[] prompt = [.. Part("prompt", ChatMessage.UserRole)];
        return prompt.Any(message => message.Role == ChatMessage.UserRole) ? prompt : throw Wrong("prompt", "a user message", "none");
    }

    private ChatMessage[] Answer(string key)
    {
        ChatMessage[] answer = [.. Part(key, ChatMessage.AssistantRole)];
        return answer is [{ Role: ChatMessage.AssistantRole }] ? answer : throw Wrong(key, "one assistant message", $"{answer.Length} messages");
    }

    /// <summary>Indices of the assistant turns whose weight is 0; others have 1 or none.</summary>
    private IEnumerable<int> Context(ChatMessage[] messages)
    {
        var turns = Has("messages") || !Has("prompt") ? Places("messages") : Places("prompt").Concat(Places("completion"));
        foreach (var (index, (key, turn)) in turns.Index())
        {
            if (messages[index].Role != ChatMessage.AssistantRole || turn.ValueKind != JsonValueKind.Object) continue;
            if (!turn.TryGetProperty("weight", out var weight) || weight.ValueKind == JsonValueKind.Null) continue;
            if (weight.ValueKind != JsonValueKind.Number || weight.GetDouble() is not (0 or 1)) throw Wrong($"{key}.weight", "0 or 1", Kind(weight));
            if (weight.GetDouble() == 1) continue;
            yield return index;
        }
    }

    /// <summary>The messages of a key, or the one that its text is.</summary>
    private IEnumerable<(string Key, JsonElement Turn)> Places(string key) => fields.GetProperty(key) is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select((turn, index) => ($"{key}[{index}]", turn))
        : [(key, default)];

    private bool Has(string key) => fields.TryGetProperty(key, out _);

    private JsonElement Required(string key) =>
        fields.TryGetProperty(key, out var value) ? value : throw Wrong(null, "messages, or prompt and completion", "neither");

    /// <summary>A text, or messages.</summary>
    private IEnumerable<ChatMessage> Part(string key, string role)
    {
        if (!fields.TryGetProperty(key, out var value)) throw Wrong(key, "a text or messages" + (key == "prompt" ? "" : " beside prompt"), "no such key");
        return value.ValueKind == JsonValueKind.Array ? Messages(key, value) : [new ChatMessage(role, Content(key, value, mayBeEmpty: false))];
    }

    private IEnumerable<ChatMessage> Messages(string key, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) throw Wrong(key, "a list of messages", Kind(list));
        return list.EnumerateArray().Select((message, i) => Message($"{key}[{i}]", message));
    }

    private ChatMessage Message(string key, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object) throw Wrong(key, "a message", Kind(message));
        var role = message.TryGetProperty("role", out var found) ? found : default;
        if (role.ValueKind != JsonValueKind.String
            || role.GetString() is not (ChatMessage.SystemRole or ChatMessage.UserRole or ChatMessage.AssistantRole))
        {
            throw Wrong($"{key}.role", "system, user or assistant", role.ValueKind == JsonValueKind.String ? $"\"{role.GetString()}\"" : Kind(role));
        }
        var content = message.TryGetProperty("content", out var text) ? text : default;
        return new ChatMessage(role.GetString()!, Content($"{key}.content", content, role.GetString() == ChatMessage.SystemRole));
    }

    private string Content(string key, JsonElement value, bool mayBeEmpty)
    {
        if (value.ValueKind != JsonValueKind.String) throw Wrong(key, "a text", Kind(value));
        var text = value.GetString()!;
        return mayBeEmpty || !string.IsNullOrWhiteSpace(text) ? text : throw Wrong(key, "a text", "nothing");
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "no such key",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        _ => value.GetRawText(),
    };

    private InputException Wrong(string? key, string expected, string found) =>
        new(path, key is null ? $"line {line}" : $"line {line}: {key}", expected, found);
}
