using System.CommandLine;

namespace MultiagentFT.Cli.Commands;

/// <summary>One job of the program.</summary>
internal abstract class MftCommand : Command
{
    protected MftCommand(string name, string description, Terminal terminal, params string[] examples)
        : base(name, description)
    {
        Terminal = terminal;
        Examples = examples;
        SetAction(async (parsed, cancellation) =>
        {
            await ExecuteAsync(parsed, cancellation).ConfigureAwait(false);
            return ExitCode.Success;
        });
    }

    /// <summary>Whole command lines, shown by <c>--help</c>.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Whether the same command continues after an interruption.</summary>
    public virtual bool IsResumable => false;

    protected Terminal Terminal { get; }

    protected abstract Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation);

    /// <summary>Adds an option of this command.</summary>
    protected TOption Added<TOption>(TOption option)
        where TOption : Option
    {
        Add(option);
        return option;
    }
}
