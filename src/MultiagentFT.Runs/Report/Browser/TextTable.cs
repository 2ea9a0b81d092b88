using System.Text.Json;

namespace MultiagentFT.Runs.Report.Browser;

/// <summary>Writes texts, each in full the first time and by its number, from 0, after that: agents with the same weights and seed say the same.</summary>
internal sealed class TextTable(Utf8JsonWriter json)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    public void Write(string? text)
    {
        if (text is null)
        {
            json.WriteNullValue();
        }
        else if (_numbers.TryGetValue(text, out var number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            _numbers.Add(text, _numbers.Count);
            json.WriteStringValue(text);
        }
    }
}
