using System.Text;
using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli;

/// <summary>Standard input and output in place of a file.</summary>
internal static class StandardStream
{
    /// <summary>What stands for them.</summary>
    public const string Name = "-";

    /// <summary>Standard input in messages.</summary>
    public const string Input = "standard input";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A text from an argument, or all of standard input.</summary>
    /// <exception cref="InputException">Standard input is not UTF-8.</exception>
    public static string Read(Terminal terminal, string text) => text == Name ? ReadAll(terminal).Trim() : text;

    /// <summary>All of standard input.</summary>
    /// <exception cref="InputException">It is not UTF-8.</exception>
    public static string ReadAll(Terminal terminal)
    {
        try
        {
            using var reader = new StreamReader(terminal.Input, Strict, leaveOpen: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException(Input, null, "text in UTF-8", error.Message, error);
        }
    }

    /// <summary>Standard input as a file, for what reads files.</summary>
    public static SpooledInput Spool(Terminal terminal) => new(terminal.Input);

    /// <summary>One JSON value a line.</summary>
    public static void Write<T>(Terminal terminal, IEnumerable<T> values)
    {
        foreach (var value in values) terminal.Output.WriteLine(JsonSerializer.Serialize(value, JsonFormats.Line));
    }
}
