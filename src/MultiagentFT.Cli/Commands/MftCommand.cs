using System.CommandLine;
using System.Text.Json;
using MultiagentFT.Cli.Setup;

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
            // Files are read and weights computed without a look at the token; nothing of that has to be tidied up.
            if (StopsAtOnce) await Task.Run(() => ExecuteAsync(parsed, cancellation), CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
            else await ExecuteAsync(parsed, cancellation).ConfigureAwait(false);
            return ExitCode.Success;
        });
    }

    /// <summary>Whole command lines, shown by <c>--help</c>.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Whether the same command continues after an interruption.</summary>
    public virtual bool IsResumable => false;

    /// <summary>The JSON file with settings that the command reads, if it is given one.</summary>
    public virtual string? SettingsFile(ParseResult parsed) => Options.OfType<Option<string>>().FirstOrDefault(option => option.Name == ConfigOptions.Name) is { } option ? parsed.GetValue(option) : null;

    /// <summary>Whether a setting is given as an option, which comes before <see cref="SettingsFile"/>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="key">As in the file, such as <c>evaluationTask</c>.</param>
    public bool Gives(ParseResult parsed, string key)
    {
        var name = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(key);
        return Options.Any(option => option.Name == name && parsed.GetResult(option) is { Implicit: false });
    }

    /// <summary>Whether an interruption may leave the work where it is.</summary>
    protected virtual bool StopsAtOnce => false;

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
