using System.Text;
using System.Text.Json;

namespace MultiagentFT.Foundation;

/// <summary>JSON from outside, checked for what the parser lets through and what fails later, when a value is read or written again.</summary>
public static class JsonContent
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A file as UTF-8, without its byte order mark.</summary>
    /// <exception cref="InputException">It cannot be read, or is not UTF-8.</exception>
    public static byte[] OfFile(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
        if (content.AsSpan().StartsWith(Encoding.UTF8.Preamble)) content = content[Encoding.UTF8.Preamble.Length..];
        RequireUtf8(path, null, content);
        return content;
    }

    /// <exception cref="InputException">The bytes are those of another encoding.</exception>
    public static void RequireUtf8(string path, string? place, ReadOnlySpan<byte> text)
    {
        try
        {
            _ = Strict.GetCharCount(text);
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException(
                path, place, "text in UTF-8", $"byte 0x{error.BytesUnknown?[0] ?? 0:X2} at {error.Index + 1}, as other encodings have it", error);
        }
    }

    /// <summary>
    /// JSON can write half of a surrogate pair, which is no text, and numbers beyond the largest double, which become infinity: neither
    /// can be written again.
    /// </summary>
    /// <exception cref="InputException">There is one of them.</exception>
    /// <exception cref="JsonException">This is not JSON.</exception>
    public static void RequireValues(string path, string? place, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.Number)
            {
                if (!double.IsFinite(reader.GetDouble())) throw new InputException(path, place, "numbers up to 1.797e308", Encoding.UTF8.GetString(reader.ValueSpan));
                continue;
            }
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException error)
            {
                throw new InputException(path, place, "text of whole characters", "half of a surrogate pair", error);
            }
        }
    }
}
