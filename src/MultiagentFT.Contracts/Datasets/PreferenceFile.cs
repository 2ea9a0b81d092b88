using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Datasets;

/// <summary>
/// Preference datasets in TRL's formats, a JSON object a line, with a text or messages in each part: pairs <c>{"prompt", "chosen", "rejected"}</c>, or
/// unpaired <c>{"prompt", "completion", "label"}</c>. Pairs are also read in the format of OpenAI's finetuning API,
/// <c>{"input": {"messages"}, "preferred_output", "non_preferred_output"}</c>. Other keys belong to whoever wrote the file.
/// </summary>
public static class PreferenceFile
{
    /// <summary>Whether a file has labelled completions, by its first line; else it is taken to have pairs.</summary>
    /// <exception cref="InputException">The file is missing or empty, or the line is no JSON.</exception>
    public static bool HasLabels(string path)
    {
        foreach (var (_, value) in JsonLines.ReadNumbered<JsonElement>(path, JsonFormats.Line))
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty("label", out _);
        throw new InputException(path, null, "at least one preference", "none");
    }

    /// <summary>Reads and checks all lines.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="InputException">The file is missing or empty, or a line is not of the kind of the first one.</exception>
    public static int Count(string path) => HasLabels(path) ? ReadLabelled(path).Count : ReadPairs(path).Count;

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
