using System.CommandLine;
using System.CommandLine.Invocation;
using MultiagentFT.Cli.Options;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Setup;

/// <summary>The options by which a command reads its settings from a file, and shows all of them.</summary>
internal sealed class ConfigOptions
{
    public const string Name = "--config";

    private readonly Terminal _terminal;
    private readonly Option<string> _file;

    /// <param name="command">Gets the options.</param>
    /// <param name="terminal">Where settings are shown.</param>
    /// <param name="config">All settings as JSON.</param>
    /// <param name="schema">The schema of that JSON.</param>
    public ConfigOptions(Command command, Terminal terminal, Func<ParseResult, string> config, Func<string> schema)
    {
        _terminal = terminal;
        _file = TypedOption.Text(Name, "JSON file with any of these settings, or - for standard input; options given here come first", "file");
        command.Add(_file);
        command.Add(Printing("--print-config", "Print all settings as JSON, as --config takes them, and do nothing else", config));
        command.Add(Printing("--print-schema", "Print the JSON schema of these settings, and do nothing else", _ => schema()));
    }

    /// <summary>Defaults with what a file says otherwise.</summary>
    /// <exception cref="Foundation.InputException">The file is not one of settings.</exception>
    public T Read<T>(ParseResult parsed, T defaults)
        where T : DebateConfig => parsed.GetValue(_file) switch
        {
            null => RunConfigFile.Merge("defaults", "{}", defaults),
            StandardStream.Name => RunConfigFile.Merge(StandardStream.Input, StandardStream.ReadAll(_terminal), defaults, HubNames.Locate),
            var file => RunConfigFile.Merge(file, null, defaults, HubNames.Locate),
        };

    private Option<bool> Printing(string name, string description, Func<ParseResult, string> text)
    {
        var option = TypedOption.Flag(name, description);
        option.Action = new PrintAction(_terminal, text);
        return option;
    }

    /// <summary>Whether the file has a key; what came from standard input counts as if it had.</summary>
    public bool Has(ParseResult parsed, string key) =>
        parsed.GetValue(_file) is { } file && (file == StandardStream.Name || RunConfigFile.HasKey(file, key));

    /// <summary>Runs in place of the command, whose required options may be missing.</summary>
    private sealed class PrintAction(Terminal terminal, Func<ParseResult, string> text) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            try
            {
                terminal.Output.Write(text(parseResult));
                return ExitCode.Success;
            }
            catch (InvalidOperationException error)
            {
                // How the library gives the value of an option whose parser refused it.
                terminal.Error.WriteLine($"mft: {error.Message}");
                return ExitCode.BadInput;
            }
        }
    }
}
