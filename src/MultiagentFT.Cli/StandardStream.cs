using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli;

/// <summary>Standard input and output in place of a file.</summary>
internal static class StandardStream
{
    /// <summary>What stands for them.</summary>
    public const string Name = "-";

    /// <summary>A text from an argument, or all of standard input.</summary>
    public static string Read(Terminal terminal, string text) => text == Name ? terminal.Input.ReadToEnd().Trim() : text;

    /// <summary>One JSON value a line.</summary>
    public static void Write<T>(Terminal terminal, IEnumerable<T> values)
    {
        foreach (var value in values) terminal.Output.WriteLine(JsonSerializer.Serialize(value, JsonFormats.Line));
    }
}
