namespace MultiagentFT.Foundation;

/// <summary>
/// Something from outside (a file, a key, an option) is not what it has to be. The message names the source, the
/// place in it, what was expected and what was found; the command line prints it alone and exits with code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <param name="source">The file (or option) at fault.</param>
    /// <param name="place">Key, line or tensor within the source, or null when the whole source is meant.</param>
    /// <param name="expected">What would have been accepted.</param>
    /// <param name="found">What was there instead.</param>
    /// <param name="inner">The error that revealed it, if any.</param>
    public InputException(string source, string? place, string expected, string found, Exception? inner = null)
        : base($"{Printable.Line(source)}: {(place is null ? "" : Printable.Line(place) + ": ")}expected {Printable.Line(expected)}, found {Printable.Line(found)}", inner)
    {
        InputSource = source;
        Place = place;
    }

    public InputException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    public string? InputSource { get; }

    public string? Place { get; }
}
