using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MultiagentFT.Cli.Commands;

namespace MultiagentFT.Cli;

/// <summary>The usual help, and below it the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        // A group of commands shows theirs; all commands together would be too many.
        var examples = command is RootCommand ? [] : command.Subcommands.Prepend(command).OfType<MftCommand>().SelectMany(of => of.Examples).ToList();
        if (examples.Count == 0) return ExitCode.Success;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine("  " + example);
        return ExitCode.Success;
    }
}
