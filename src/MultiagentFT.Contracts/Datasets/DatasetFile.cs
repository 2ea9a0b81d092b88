using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>
/// Chat JSONL files, one conversation a line: <c>{"messages":[{"role":"user","content":"..."}, ...]}</c>, or
/// <c>{"prompt": ..., "completion": ...}</c> with a text or messages in each. An assistant's
/// message with <c>"weight": 0</c> is context and never a target, as in files for OpenAI's finetuning. Other keys belong to whoever wrote the file.
/// </summary>
public static class DatasetFile
{
    /// <summary>Reads and checks all examples.</summary>
    /// <exception cref="InputException">The file is missing, or a line is not a conversation that can be learned from.</exception>
    public static IReadOnlyList<ChatExample> Read(string path) =>
        [.. JsonLines.ReadNumbered<JsonElement>(path, JsonFormats.Line).Select(numbered => new ConversationLine(path, numbered.Line, numbered.Value).Read())];

    /// <summary>Writes all examples at once, atomically.</summary>
    public static void Write(string path, IEnumerable<ChatExample> examples) => JsonLines.Write(path, examples.Select(DatasetLine.Of), JsonFormats.Line);
}
