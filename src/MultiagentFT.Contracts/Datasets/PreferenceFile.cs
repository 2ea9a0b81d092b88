using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>
/// Preference datasets in TRL's formats, a JSON object a line, with a text or messages in each part: pairs <c>{"prompt", "chosen", "rejected"}</c>, or
/// unpaired <c>{"prompt", "completion", "label"}</c>. Other keys belong to whoever wrote the file.
/// </summary>
public static class PreferenceFile
{
    /// <exception cref="InputException">The file is missing, or a line is no pair, or its two sides are equal.</exception>
    public static IReadOnlyList<PreferencePair> ReadPairs(string path) => [.. Lines(path).Select(line => line.ReadPair())];

    /// <exception cref="InputException">The file is missing, or a line is no labelled completion.</exception>
    public static IReadOnlyList<LabelledCompletion> ReadLabelled(string path) => [.. Lines(path).Select(line => line.ReadLabelled())];

    /// <summary>Writes all pairs at once, atomically.</summary>
    public static void Write(string path, IEnumerable<PreferencePair> pairs) => JsonLines.Write(path, pairs, JsonFormats.Line);

    /// <summary>Writes all completions at once, atomically.</summary>
    public static void Write(string path, IEnumerable<LabelledCompletion> completions) => JsonLines.Write(path, completions, JsonFormats.Line);

    private static IEnumerable<ConversationLine> Lines(string path) =>
        JsonLines.ReadNumbered<JsonElement>(path, JsonFormats.Line).Select(numbered => new ConversationLine(path, numbered.Line, numbered.Value));
}
