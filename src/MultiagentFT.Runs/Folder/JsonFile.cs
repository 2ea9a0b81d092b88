using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>One JSON value a file, written atomically.</summary>
internal static class JsonFile
{
    public static void Write<T>(string path, T value) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(value, JsonFormats.Indented) + "\n");

    /// <exception cref="InputException">The file cannot be read or does not hold a <typeparamref name="T"/>.</exception>
    public static T Read<T>(string path) => Read<T>(path, _ => { });

    /// <summary>As <see cref="Read{T}(string)"/>, for files with a format version.</summary>
    /// <exception cref="InputException">Also when the file is of another version.</exception>
    public static T ReadVersioned<T>(string path) => Read<T>(path, value =>
    {
        if (FileFormat.Refusal(path, value) is { } refusal) throw refusal;
    });

    private static T Read<T>(string path, Action<JsonElement> check)
    {
        try
        {
            var content = JsonContent.OfFile(path);
            JsonContent.RequireValues(path, null, content);
            var value = JsonSerializer.Deserialize<JsonElement>(content, JsonFormats.Indented);
            check(value);
            return value.Deserialize<T>(JsonFormats.Indented) ?? throw new InputException(path, null, "a JSON object", "null");
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, "a JSON object as mft writes it", JsonMessage.Of(error), error);
        }
    }
}
