using System.Text;
using System.Text.Json;

namespace MultiagentFT.Foundation;

/// <summary>JSON Lines files: one UTF-8 JSON value a line.</summary>
public static class JsonLines
{
    /// <summary>Reads every value; blank lines are skipped.</summary>
    /// <exception cref="InputException">
    /// The file cannot be read, or a line is not UTF-8, holds half a surrogate pair or too large a number, or is not a valid <typeparamref name="T"/> (file
    /// and line named).
    /// </exception>
    public static IEnumerable<T> Read<T>(string path, JsonSerializerOptions options) =>
        ReadNumbered<T>(path, options).Select(numbered => numbered.Value);

    /// <summary>As <see cref="Read"/>, with each value's line, counted from 1.</summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<(int Line, T Value)> ReadNumbered<T>(string path, JsonSerializerOptions options) => ReadNumbered<T>(path, options, null);

    /// <summary>As <see cref="ReadNumbered{T}(string, JsonSerializerOptions)"/>, without lines that are none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How a line is read.</param>
    /// <param name="skipped">Told what is wrong with a line that is left out; null: that is thrown.</param>
    public static IEnumerable<(int Line, T Value)> ReadNumbered<T>(string path, JsonSerializerOptions options, Action<InputException>? skipped)
    {
        foreach (var (number, line) in Lines(path))
        {
            T value;
            try
            {
                value = Parse<T>(path, $"line {number}", line, options);
            }
            catch (InputException error) when (skipped is not null)
            {
                skipped(error);
                continue;
            }
            yield return (number, value);
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

    private static T Parse<T>(string path, string place, byte[] line, JsonSerializerOptions options)
    {
        try
        {
            JsonContent.RequireUtf8(path, place, line);
            JsonContent.RequireValues(path, place, line);
            return JsonSerializer.Deserialize<T>(line, options) ?? throw new InputException(path, place, "a JSON object", "null");
        }
        catch (JsonException error)
        {
            throw new InputException(path, place, "a JSON object", JsonMessage.Of(error), error);
        }
    }

    /// <summary>Lines that are not blank, counted from 1.</summary>
    private static IEnumerable<(int Number, byte[] Line)> Lines(string path)
    {
        if (!File.Exists(path)) throw new InputException(path, null, "a JSON Lines file", "no such file");
        var number = 0;
        // Latin-1 keeps every byte as it is.
        using var reader = Open(path);
        while (ReadLine(path, reader) is { } text)
        {
            number++;
            var line = Encoding.Latin1.GetBytes(text);
            if (number == 1 && line.AsSpan().StartsWith(Encoding.UTF8.Preamble)) line = line[Encoding.UTF8.Preamble.Length..];
            if (line.AsSpan().IndexOfAnyExcept(" \t"u8) < 0) continue;
            yield return (number, line);
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }

    private static string? ReadLine(string path, StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (IOException error)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }
}
