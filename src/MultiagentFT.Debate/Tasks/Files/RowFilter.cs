using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>Takes rows of some levels and subjects, and remembers which ones there are.</summary>
internal sealed class RowFilter(string path, TaskFileOptions options)
{
    private readonly Kind _level = new("level", options.Levels, ["level"]);
    private readonly Kind _subject = new("subject", options.Subjects, ["subject", "type"]);

    public bool Takes(TaskRow row) => _level.Takes(row) & _subject.Takes(row);

    /// <exception cref="InputException">No row has a level or subject that was asked for.</exception>
    public void RequireAll()
    {
        _level.RequireAll(path);
        _subject.RequireAll(path);
    }

    private sealed class Kind(string name, IReadOnlyList<string> wanted, string[] keys)
    {
        private readonly SortedSet<string> _found = new(StringComparer.OrdinalIgnoreCase);

        public bool Takes(TaskRow row)
        {
            if (wanted.Count == 0) return true;
            if (keys.Select(key => row.Text(key)).FirstOrDefault(text => text is not null) is not { } value) return false;
            _found.Add(value.Trim());
            return wanted.Any(one => Is(value, one));
        }

        public void RequireAll(string path)
        {
            foreach (var one in wanted.Where(one => !_found.Any(value => Is(value, one))))
            {
                var there = _found.Count == 0 ? "one, but no row has any" : $"one of {string.Join(", ", _found)}";
                throw new InputException(path, name, there, one + ClosestName.Hint(one, _found));
            }
        }

        private static bool Is(string value, string wanted) =>
            string.Equals(Bare(value), Bare(wanted), StringComparison.OrdinalIgnoreCase);

        /// <summary>MATH writes <c>Level 5</c>.</summary>
        private static string Bare(string value) =>
            value.Trim() is var text && text.StartsWith("level ", StringComparison.OrdinalIgnoreCase) ? text[6..].Trim() : text;
    }
}
