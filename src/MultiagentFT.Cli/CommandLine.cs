using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MultiagentFT.Cli.Commands;

namespace MultiagentFT.Cli;

/// <summary>The whole program, apart from the process around it.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs one command.</summary>
    /// <returns>One of <see cref="ExitCode"/>. No exception leaves this method.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation = default)
    {
        // A question may begin with @.
        var parsed = CreateRoot(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction action) return ReportParseErrors(parsed, action, terminal);
        var invocation = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            var command = parsed.CommandResult.Command as MftCommand;
            return ErrorReport.Write(error, terminal.Error, command?.IsResumable ?? false, cancellation);
        }
    }

    internal static RootCommand CreateRoot(Terminal terminal)
    {
        var root = new RootCommand("Finetunes a society of language-model agents on its own debates.");
        MftCommand[] commands =
        [
            new RunCommand(terminal),
            new ExperimentCommand(terminal),
            new DebateCommand(terminal),
            new GenerateCommand(terminal),
            new TrainCommand(terminal),
            new EvalCommand(terminal),
            new MergeCommand(terminal),
            new InspectCommand(terminal),
            new PretrainCommand(terminal),
            new ProbeCommand(terminal),
        ];
        foreach (var command in commands) root.Add(command);
        root.Add(new Command("bench", "Measures speed on this machine.") { new BenchDecodeCommand(terminal), new BenchDebateCommand(terminal) });
        var helpOption = root.Options.OfType<HelpOption>().Single();
        var help = new HelpWithExamples((HelpAction)helpOption.Action!);
        helpOption.Action = help;
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        root.SetAction(parsed => help.Invoke(parsed));
        return root;
    }

    private static int ReportParseErrors(ParseResult parsed, ParseErrorAction action, Terminal terminal)
    {
        foreach (var error in parsed.Errors) terminal.Error.WriteLine($"mft: {error.Message}");
        foreach (var line in Corrections(parsed, action)) terminal.Error.WriteLine($"mft: {line}");
        var path = new List<string>();
        for (var result = parsed.CommandResult; result?.Command is not (null or RootCommand); result = result.Parent as CommandResult)
            path.Insert(0, result.Command.Name + " ");
        terminal.Error.WriteLine($"mft: see mft {string.Concat(path)}--help");
        return ExitCode.BadInput;
    }

    /// <summary>What the library says to misspelled commands and options.</summary>
    private static string[] Corrections(ParseResult parsed, ParseErrorAction action)
    {
        (action.ShowHelp, action.ShowTypoCorrections) = (false, true);
        using var output = new StringWriter();
        parsed.Invoke(new InvocationConfiguration { Output = output, Error = TextWriter.Null });
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
