using System.Globalization;
using System.Text;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>A row of a table; empty cells hold nothing.</summary>
internal sealed class CellRow(string path, string place, IReadOnlyDictionary<string, object?> cells) : TaskRow(path, place)
{
    public override IEnumerable<string> Keys => cells.Keys;

    public override string? Text(string key, bool orNumber = true)
    {
        var text = cells.GetValueOrDefault(key) switch
        {
            null => null,
            string value => value,
            byte[] value => Encoding.UTF8.GetString(value),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            bool value => value ? "true" : "false",
            var value => throw Wrong(key, "a text or a number", value is System.Collections.IDictionary ? "an object" : "a list"),
        };
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
