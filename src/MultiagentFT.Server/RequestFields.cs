using System.Globalization;
using System.Text.Json;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server;

/// <summary>The fields of a JSON object in a request. Each is read once; <see cref="RefuseOthers"/> names those that nobody has read.</summary>
/// <param name="element">An object.</param>
/// <param name="path">Where it stands, such as <c>stream_options.</c>; empty for the whole body.</param>
internal sealed class RequestFields(JsonElement element, string path = "")
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The name of a field in error messages.</summary>
    public string PathOf(string name) => path + name;

    /// <summary>Null where the field is missing or null.</summary>
    public JsonElement? Any(string name)
    {
        _read.Add(name);
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public JsonElement Required(string name) =>
        Any(name) ?? throw new ApiException(400, "missing_required_parameter", PathOf(name), $"{PathOf(name)}: expected a value, found none");

    public string? Text(string name) => Any(name) is { } value ? TextOf(PathOf(name), value) : null;

    public string RequiredText(string name) => TextOf(PathOf(name), Required(name));

    public bool? Flag(string name) => Any(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(name, "true or false", value),
    };

    public long? Whole(string name, long least, long most)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number)) throw Wrong(name, "a whole number", value);
        return number >= least && number <= most ? number : throw Wrong(name, $"{least} to {most}", value);
    }

    public double? Number(string name, double least, double most)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number)) throw Wrong(name, "a number", value);
        return number >= least && number <= most
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"), value);
    }

    public RequestFields? Object(string name) => Any(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new RequestFields(value, PathOf(name) + "."),
        { } value => throw Wrong(name, "an object", value),
    };

    public IReadOnlyList<JsonElement>? List(string name) => Any(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray()],
        { } value => throw Wrong(name, "a list", value),
    };

    /// <summary>A field that may only say what is done anyway.</summary>
    public void Only(string name, string expected, Func<JsonElement, bool> isHarmless)
    {
        if (Any(name) is { } value && !isHarmless(value))
            throw ApiException.Unsupported(PathOf(name), $"{PathOf(name)}: expected {expected}, found {KindOf(value)}");
    }

    /// <param name="unsupported">Fields that the API has and this server does not.</param>
    /// <exception cref="ApiException">There is a field that nobody has read.</exception>
    public void RefuseOthers(params ReadOnlySpan<string> unsupported)
    {
        foreach (var field in element.EnumerateObject())
        {
            if (_read.Contains(field.Name) || field.Value.ValueKind == JsonValueKind.Null && unsupported.Contains(field.Name)) continue;
            if (unsupported.Contains(field.Name))
                throw ApiException.Unsupported(PathOf(field.Name), $"{PathOf(field.Name)}: this server does not support it");
            throw new ApiException(400, "unknown_parameter", PathOf(field.Name), $"{PathOf(field.Name)}: expected a field of this API, found an unknown one");
        }
    }

    public ApiException Wrong(string name, string expected, JsonElement found) =>
        new(400, "invalid_type", PathOf(name), $"{PathOf(name)}: expected {expected}, found {KindOf(found)}");

    public static string TextOf(string path, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) throw new ApiException(400, "invalid_type", path, $"{path}: expected a text, found {KindOf(value)}");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new ApiException(400, "invalid_value", path, $"{path}: expected text of whole characters, found half of a surrogate pair or no UTF-8", error);
        }
    }

    /// <summary>Whether a value is this text.</summary>
    public static bool Is(JsonElement value, string text)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ when value.GetRawText() is { Length: <= 60 } text => text,
        _ => "a longer text",
    };
}
