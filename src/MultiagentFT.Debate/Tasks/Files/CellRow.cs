using System.Collections;
using System.Globalization;
using System.Text;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>A row of a table; empty cells hold nothing.</summary>
internal sealed class CellRow(string path, string place, IReadOnlyDictionary<string, object?> cells) : TaskRow(path, place)
{
    public override IEnumerable<string> Keys => cells.Keys;

    public override string? Text(string key, bool orNumber = true) =>
        cells.GetValueOrDefault(key) is { } value && Value(key, value) is var text && !string.IsNullOrWhiteSpace(text) ? text : null;

    public override (IReadOnlyList<string> Texts, IReadOnlyList<string>? Labels)? Texts(string key) => cells.GetValueOrDefault(key) switch
    {
        null => null,
        IDictionary both => both.Contains("text") && both["text"] is { } texts
            ? (List($"{key}.text", texts), both.Contains("label") && both["label"] is { } labels ? List($"{key}.label", labels) : null)
            : throw Wrong(key, "a list of texts, or an object of lists text and label", "an object without text"),
        var list => (List(key, list), null),
    };

    public override bool IsList(string key) => cells.GetValueOrDefault(key) is IEnumerable and not (string or byte[] or IDictionary);

    public override bool IsNumber(string key) => cells.GetValueOrDefault(key) is IFormattable;

    public override bool IsText(string key) => cells.GetValueOrDefault(key) is string or IFormattable && Text(key) is not null;

    private List<string> List(string key, object list) => list is IEnumerable values and not (string or byte[] or IDictionary)
        ? [.. values.Cast<object?>().Select((value, index) => Value($"{key}[{index}]", value ?? throw Wrong($"{key}[{index}]", "a text", "nothing")))]
        : throw Wrong(key, "a list of texts", "another value");

    private string Value(string key, object value) => value switch
    {
        string text => text,
        // Of texts in lists of Parquet files.
        ReadOnlyMemory<char> text => text.ToString(),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => throw Wrong(key, "a text or a number", value is IDictionary ? "an object" : "a list"),
    };
}
