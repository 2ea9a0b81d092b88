using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>Rows of a JSON Lines file.</summary>
internal static class JsonRows
{
    /// <param name="path">The file.</param>
    /// <param name="skipped">Told of a line that is no JSON object, which is left out; null: that is thrown.</param>
    /// <exception cref="InputException">The file cannot be read, or a line is no JSON object.</exception>
    public static IEnumerable<TaskRow> Read(string path, Action<InputException>? skipped)
    {
        foreach (var (line, value) in JsonLines.ReadNumbered<JsonElement>(path, JsonFormats.Line, skipped))
        {
            JsonRow row;
            try
            {
                row = new JsonRow(path, line, value);
            }
            catch (InputException error) when (skipped is not null)
            {
                skipped(error);
                continue;
            }
            yield return row;
        }
    }
}
