using System.Text.Json;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>A JSON object.</summary>
internal sealed class JsonRow : TaskRow
{
    private readonly JsonElement _fields;

    /// <exception cref="Foundation.InputException">It is something else.</exception>
    public JsonRow(string path, int line, JsonElement fields)
        : base(path, $"line {line}")
    {
        if (fields.ValueKind != JsonValueKind.Object) throw Wrong(null, "a JSON object", Kind(fields));
        _fields = fields;
    }

    public override IEnumerable<string> Keys => _fields.EnumerateObject().Select(entry => entry.Name);

    public override string? Text(string key, bool orNumber = true)
    {
        if (!_fields.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (orNumber && value.ValueKind == JsonValueKind.Number) return value.GetRawText();
        if (value.ValueKind != JsonValueKind.String) throw Wrong(key, orNumber ? "a text or a number" : "a text", Kind(value));
        return value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Wrong(key, "a text", "nothing");
    }

    public override (IReadOnlyList<string> Texts, IReadOnlyList<string>? Labels)? Texts(string key)
    {
        if (!_fields.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Object) return (List(key, value), null);
        if (!value.TryGetProperty("text", out var texts)) throw Wrong(key, "a list of texts, or an object of lists text and label", "an object without text");
        return (List($"{key}.text", texts), value.TryGetProperty("label", out var labels) ? List($"{key}.label", labels) : null);
    }

    public override bool IsList(string key) => _fields.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array;

    public override bool IsNumber(string key) => _fields.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number;

    public override bool IsText(string key) => _fields.TryGetProperty(key, out var value)
        && (value.ValueKind == JsonValueKind.Number || (value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString())));

    private List<string> List(string key, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) throw Wrong(key, "a list of texts", Kind(list));
        return [.. list.EnumerateArray().Select((value, index) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Wrong($"{key}[{index}]", "a text or a number", Kind(value)),
        })];
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        _ => value.GetRawText(),
    };
}
