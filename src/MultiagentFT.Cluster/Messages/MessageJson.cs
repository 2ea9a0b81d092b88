using System.Globalization;
using System.Text.Json;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Messages;

/// <summary>Messages as JSON. What comes in is checked like any file from outside.</summary>
internal static class MessageJson
{
    private static readonly string FormatText = ClusterConnection.Format.ToString(CultureInfo.InvariantCulture);

    public static byte[] Write<T>(T message)
        where T : IClusterMessage => JsonSerializer.SerializeToUtf8Bytes(message, JsonFormats.Line);

    /// <param name="source">The subject or key.</param>
    /// <param name="content">UTF-8.</param>
    /// <exception cref="InputException">It is no message of this kind and version, or values are out of range.</exception>
    public static T Read<T>(string source, ReadOnlySpan<byte> content)
        where T : class, IClusterMessage
    {
        T? message;
        try
        {
            var value = JsonSerializer.Deserialize<JsonElement>(content, JsonFormats.Line);
            // What another version means by it is not looked at.
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("format", out var format) && format.GetRawText() != FormatText)
                throw new InputException(source, "format", FormatText, format.GetRawText());
            message = value.Deserialize<T>(JsonFormats.Line);
        }
        catch (JsonException error)
        {
            throw new InputException(source, null, $"a message of format {ClusterConnection.Format}", JsonMessage.Of(error), error);
        }
        if (message is null) throw new InputException(source, null, "a message", "null");
        return message.Validate().FirstOrDefault() is { } wrong ? throw new InputException($"{Printable.Line(source)}: {Printable.Line(wrong)}") : message;
    }
}
