namespace MultiagentFT.Runs.Training;

/// <summary>The end of a program's messages. Thread-safe.</summary>
internal sealed class LastLines(int most)
{
    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > most) _lines.Dequeue();
        }
    }

    public override string ToString()
    {
        lock (_lines) return _lines.Count == 0 ? "(no message)" : string.Join('\n', _lines);
    }
}
