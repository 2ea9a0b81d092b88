using System.Text.Json;
using MultiagentFT.Foundation;
using Spectre.Console;

namespace MultiagentFT.Cli;

/// <summary>Where a command writes: results to the output, everything else (progress, messages) to the error stream.</summary>
/// <param name="output">Results.</param>
/// <param name="error">Progress and messages.</param>
/// <param name="input">Watched by <c>train --progress-json</c>: its end tells that the parent process is gone. Read where <c>-</c> stands for a file.</param>
public sealed class Terminal(TextWriter output, TextWriter error, Stream input)
{
    /// <summary>Columns where there is no terminal to fit: wide enough for every table.</summary>
    private const int RedirectedWidth = 160;

    /// <summary>Plain text; what would control a terminal is escaped.</summary>
    public TextWriter Output { get; } = new PrintableWriter(output);

    public TextWriter Error { get; } = new PrintableWriter(error);

    /// <summary>Bytes: what is not UTF-8 is refused, not replaced.</summary>
    public Stream Input { get; } = input;

    /// <summary>Tables and colours on <see cref="Output"/>.</summary>
    public IAnsiConsole Results { get; } = Open(output);

    /// <summary>Progress on <see cref="Error"/>.</summary>
    public IAnsiConsole Messages { get; } = Open(error);

    /// <summary>Whether bars can be drawn; otherwise progress is plain lines.</summary>
    public bool DrawsProgress => IsLive(Messages);

    /// <summary>Whether results can be drawn while they are made; otherwise they are plain text.</summary>
    public bool DrawsResults => IsLive(Results);

    public static Terminal OfProcess() => new(Console.Out, Console.Error, Console.OpenStandardInput());

    /// <summary>A result for programs: the same JSON as in files.</summary>
    internal void WriteJson<T>(T value) => Output.WriteLine(JsonSerializer.Serialize(value, JsonFormats.Indented));

    private static bool IsLive(IAnsiConsole console) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi && console.Profile.Capabilities.Interactive;

    private static IAnsiConsole Open(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = RedirectedWidth;
        return console;
    }
}
