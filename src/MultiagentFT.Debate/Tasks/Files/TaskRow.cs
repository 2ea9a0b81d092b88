using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>One row of a file of problems.</summary>
/// <param name="path">The file.</param>
/// <param name="place">Such as <c>line 3</c>.</param>
internal abstract class TaskRow(string path, string place)
{
    public string Place => place;

    public abstract IEnumerable<string> Keys { get; }

    /// <summary>A text, or a number as it is written; null where the row has nothing there.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public abstract string? Text(string key);

    public InputException Wrong(string? key, string expected, string found) =>
        new(path, key is null ? place : $"{place}: {key}", expected, found);
}
