using System.Text;
using System.Text.Json;

namespace MultiagentFT.Foundation;

/// <summary>JSON Lines files: one UTF-8 JSON value a line.</summary>
public static class JsonLines
{
    /// <summary>Reads every value; blank lines are skipped.</summary>
    /// <exception cref="InputException">The file is missing, or a line is not a valid <typeparamref name="T"/> (file and line named).</exception>
    public static IEnumerable<T> Read<T>(string path, JsonSerializerOptions options) =>
        ReadNumbered<T>(path, options).Select(numbered => numbered.Value);

    /// <summary>As <see cref="Read"/>, with each value's line, counted from 1.</summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<(int Line, T Value)> ReadNumbered<T>(string path, JsonSerializerOptions options)
    {
        if (!File.Exists(path)) throw new InputException(path, null, "a JSON Lines file", "no such file");
        var number = 0;
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            T? value;
            try
            {
                value = JsonSerializer.Deserialize<T>(line, options);
            }
            catch (JsonException error)
            {
                throw new InputException(path, $"line {number}", "a JSON object", JsonMessage.Of(error), error);
            }
            yield return (number, value ?? throw new InputException(path, $"line {number}", "a JSON object", "null"));
        }
    }

    /// <summary>Writes all values at once, atomically.</summary>
    public static void Write<T>(string path, IEnumerable<T> values, JsonSerializerOptions options) =>
        AtomicFile.Write(path, stream =>
        {
            foreach (var value in values)
            {
                JsonSerializer.Serialize(stream, value, options);
                stream.WriteByte((byte)'\n');
            }
        });
}
