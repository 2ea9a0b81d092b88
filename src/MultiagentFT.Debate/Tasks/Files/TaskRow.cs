using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>One row of a file of problems.</summary>
/// <param name="path">The file.</param>
/// <param name="place">Such as <c>line 3</c>.</param>
internal abstract class TaskRow(string path, string place)
{
    public string Place => place;

    public abstract IEnumerable<string> Keys { get; }

    /// <summary>A text; null where the row has nothing there.</summary>
    /// <param name="key">Key or column.</param>
    /// <param name="orNumber">Whether it may be a number, which is taken as it is written.</param>
    /// <exception cref="InputException">It is something else.</exception>
    public abstract string? Text(string key, bool orNumber = true);

    /// <summary>A list of texts or numbers, or an object of such a list <c>text</c> and perhaps another, <c>label</c>; null where the row has nothing there.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public abstract (IReadOnlyList<string> Texts, IReadOnlyList<string>? Labels)? Texts(string key);

    public abstract bool IsList(string key);

    /// <summary>Whether there is a number and no text, not even one of digits.</summary>
    public abstract bool IsNumber(string key);

    /// <summary>Whether there is a text or a number that is not blank.</summary>
    public abstract bool IsText(string key);

    public InputException Wrong(string? key, string expected, string found) =>
        new(path, key is null ? place : $"{place}: {key}", expected, found);
}
