using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Prompts;

/// <summary>
/// Example turns in a file: a JSON list of <c>{"role": ..., "content": ...}</c>, or one such object a line (JSON Lines). A system turn may come first; then
/// a user's and an assistant's by turns, the last one an assistant's.
/// </summary>
public static class FewShotFile
{
    /// <exception cref="InputException">The file is missing, has no turns, or they are out of order; the message names file and turn.</exception>
    public static IReadOnlyList<ChatMessage> Read(string path)
    {
        var content = JsonContent.OfFile(path);
        (string Place, ChatMessage Message)[] turns = [.. IsList(content) ? OfList(path, content) : OfLines(path)];
        var examples = turns is [{ Message.Role: ChatMessage.SystemRole }, ..] ? turns[1..] : turns;
        if (examples.Length == 0) throw new InputException(path, null, "at least a user's and an assistant's turn", "none");
        foreach (var (turn, key, expected, found) in FewShotTurns.Errors([.. examples.Select(example => example.Message)]))
            throw new InputException(path, turn is { } index ? examples[index].Place + key : null, expected, found);
        return [.. turns.Select(turn => turn.Message)];
    }

    private static bool IsList(ReadOnlySpan<byte> content) => content.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    private static IEnumerable<(string, ChatMessage)> OfList(string path, byte[] content)
    {
        JsonElement list;
        try
        {
            JsonContent.RequireValues(path, null, content);
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            list = document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, "a JSON list of turns", JsonMessage.Of(error), error);
        }
        return list.EnumerateArray().Select((turn, index) => ($"[{index}]", Turn(path, $"[{index}]", turn)));
    }

    private static IEnumerable<(string, ChatMessage)> OfLines(string path) => JsonLines.ReadNumbered<JsonElement>(path, JsonFormats.Line)
        .Select(line => ($"line {line.Line}", Turn(path, $"line {line.Line}", line.Value)));

    private static ChatMessage Turn(string path, string place, JsonElement turn)
    {
        if (turn.ValueKind != JsonValueKind.Object) throw new InputException(path, place, "an object with role and content", turn.ValueKind.ToString().ToLowerInvariant());
        foreach (var key in turn.EnumerateObject().Select(member => member.Name))
        {
            if (key is not ("role" or "content")) throw new InputException(path, place, "role and content alone", $"{key}{ClosestName.Hint(key, ["role", "content"])}");
        }
        var role = Text(path, place, turn, "role");
        if (role is not (ChatMessage.SystemRole or ChatMessage.UserRole or ChatMessage.AssistantRole))
            throw new InputException(path, place + ".role", "system, user or assistant", role);
        return new ChatMessage(role, Text(path, place, turn, "content"));
    }

    private static string Text(string path, string place, JsonElement turn, string key) =>
        turn.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new InputException(path, $"{place}.{key}", "a text", value.ValueKind == JsonValueKind.Undefined ? "no such key" : value.ValueKind == JsonValueKind.String ? "nothing" : value.GetRawText());
}
