namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>A row of a table; empty cells hold nothing.</summary>
internal sealed class CellRow(string path, string place, IReadOnlyDictionary<string, string?> cells) : TaskRow(path, place)
{
    public override IEnumerable<string> Keys => cells.Keys;

    public override string? Text(string key) => cells.TryGetValue(key, out var text) && !string.IsNullOrWhiteSpace(text) ? text : null;
}
