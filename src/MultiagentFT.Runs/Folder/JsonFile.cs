using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>One JSON value a file, written atomically.</summary>
internal static class JsonFile
{
    public static void Write<T>(string path, T value) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(value, JsonFormats.Indented) + "\n");

    /// <exception cref="InputException">The file cannot be read or does not hold a <typeparamref name="T"/>.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), JsonFormats.Indented)
                ?? throw new InputException(path, null, $"a JSON object ({typeof(T).Name})", "null");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, $"a JSON object ({typeof(T).Name})", error.Message, error);
        }
    }
}
