using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MultiagentFT.Cli.Commands;
using MultiagentFT.Cli.Setup;

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
        if (parsed.Action is ParseErrorAction) return ReportParseErrors(parsed, terminal);
        var invocation = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            if (parsed.CommandResult.Command is MftCommand command && parsed.Action is not (HelpAction or HelpWithExamples))
            {
                if (HubArguments.Holds(args))
                    parsed = CreateRoot(terminal).Parse(await HubArguments.ResolveAsync(args, terminal, cancellation).ConfigureAwait(false), new ParserConfiguration { ResponseFileTokenReplacer = null });
                if (command.SettingsFile(parsed) is { } settings) await HubNames.FetchAsync(settings, key => command.Gives(parsed, key), terminal, cancellation).ConfigureAwait(false);
            }
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
            new ServeCommand(terminal),
            new GenerateCommand(terminal),
            new TrainCommand(terminal),
            new EvalCommand(terminal),
            new MergeCommand(terminal),
            new InspectCommand(terminal),
            new PullCommand(terminal),
            new FeedbackCommand(terminal),
            new PretrainCommand(terminal),
            new WorkCommand(terminal),
            new ClusterCommand(terminal),
            new ProbeCommand(terminal),
            new MeasureTrainingCommand(terminal),
        ];
        foreach (var command in commands) root.Add(command);
        root.Add(new Command("adapter", "Converts adapters between PEFT's form and llama.cpp's.") { new AdapterImportCommand(terminal), new AdapterExportCommand(terminal) });
        root.Add(new Command("bench", "Measures speed on this machine.") { new BenchDecodeCommand(terminal), new BenchDebateCommand(terminal), new BenchServeCommand(terminal), new BenchTrainCommand(terminal) });
        var helpOption = root.Options.OfType<HelpOption>().Single();
        var help = new HelpWithExamples((HelpAction)helpOption.Action!);
        helpOption.Action = help;
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        root.SetAction(parsed => help.Invoke(parsed));
        return root;
    }

    private static int ReportParseErrors(ParseResult parsed, Terminal terminal)
    {
        var unmatched = parsed.UnmatchedTokens.Select(word => $"'{word}'").ToList();
        var others = parsed.Errors.Where(error => !IsOfUnknownWord(error));
        foreach (var error in others) terminal.Error.WriteLine($"mft: {error.Message}");
        foreach (var sentence in UnmatchedTokens.Describe(parsed)) terminal.Error.WriteLine($"mft: {sentence}");
        terminal.Error.WriteLine($"mft: see {UnmatchedTokens.NameOf(parsed)} --help");
        return ExitCode.BadInput;

        // The library's own sentence about such a word, or about the command that it stands for, would be a second one.
        bool IsOfUnknownWord(ParseError error) => error.SymbolResult is CommandResult { Command: var command } && unmatched.Count > 0
            && (command.Subcommands.Count > 0 || unmatched.Exists(word => error.Message.Contains(word, StringComparison.Ordinal)));
    }
}
