using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>Chat JSONL files: <c>{"messages":[{"role":"user","content":"..."}, ...]}</c>, one conversation a line.</summary>
public static class DatasetFile
{
    /// <summary>Reads and checks all examples.</summary>
    /// <exception cref="InputException">The file is missing, or a line is not a conversation that can be learned from.</exception>
    public static IReadOnlyList<ChatExample> Read(string path)
    {
        var examples = new List<ChatExample>();
        foreach (var (line, example) in JsonLines.ReadNumbered<ChatExample>(path, JsonFormats.Line))
        {
            Check(path, line, example.Messages);
            examples.Add(example);
        }
        return examples;
    }

    /// <summary>Writes all examples at once, atomically.</summary>
    public static void Write(string path, IEnumerable<ChatExample> examples) => JsonLines.Write(path, examples, JsonFormats.Line);

    private static void Check(string path, int line, IReadOnlyList<ChatMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            // An array element may be null whatever the annotations say.
            if (messages[i] is not { } message)
                throw Wrong(path, line, $"messages[{i}]", "a message", "null");
            if (message.Role is not (ChatMessage.SystemRole or ChatMessage.UserRole or ChatMessage.AssistantRole))
                throw Wrong(path, line, $"messages[{i}].role", "system, user or assistant", $"\"{message.Role}\"");
            if (string.IsNullOrWhiteSpace(message.Content))
                throw Wrong(path, line, $"messages[{i}].content", "a text", "nothing");
        }
        if (messages.Count < 2) throw Wrong(path, line, "messages", "at least a user and an assistant message", $"{messages.Count}");
        if (messages.All(message => message.Role != ChatMessage.UserRole)) throw Wrong(path, line, "messages", "a user message", "none");
        if (messages[^1].Role != ChatMessage.AssistantRole)
            throw Wrong(path, line, $"messages[{messages.Count - 1}].role", "assistant in the last message", $"\"{messages[^1].Role}\"");
    }

    private static InputException Wrong(string path, int line, string key, string expected, string found) =>
        new(path, $"line {line}: {key}", expected, found);
}
