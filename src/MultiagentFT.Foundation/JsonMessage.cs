using System.Text.Json;
using System.Text.RegularExpressions;

namespace MultiagentFT.Foundation;

/// <summary>What the serializer objects to, without the names of its own types.</summary>
public static partial class JsonMessage
{
    public static string Of(JsonException error)
    {
        var message = error.Message;
        var place = error.Path is { Length: > 1 } path ? $" at {path}" : "";
        if (Unmapped().Match(message) is { Success: true } unmapped) return $"an unknown key '{unmapped.Groups[1].Value}'{place}";
        if (Repeated().Match(message) is { Success: true } repeated) return $"the key '{repeated.Groups[1].Value}' twice{place}";
        if (Missing().Match(message) is { Success: true } missing) return $"no {missing.Groups[1].Value}{place}";
        if (message.Contains("doesn't allow setting null", StringComparison.Ordinal)) return $"null{place}";
        if (message.Contains("could not be converted to", StringComparison.Ordinal)) return $"a value of another kind{place}";
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.') + place;
    }

    [GeneratedRegex("The JSON property '(.*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("Duplicate property '(.*)' encountered")]
    private static partial Regex Repeated();

    [GeneratedRegex("missing required properties including: (.*?)\\.( |$)")]
    private static partial Regex Missing();
}
