using System.CommandLine;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli;

/// <summary>The words of a command line that mean nothing, one sentence each.</summary>
internal static class UnmatchedTokens
{
    /// <summary>What follows an unknown option is its value, and no fault of its own.</summary>
    public static IEnumerable<string> Describe(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens;
        for (var index = 0; index < unknown.Count; index++)
        {
            var (word, isOption) = (unknown[index], IsOption(unknown[index]));
            var (commands, options) = (Commands(parsed), Options(parsed));
            yield return Printable.Line(word) + ": " + (isOption
                ? $"expected an option of {NameOf(parsed)}, found an unknown one{Hint(word, options)}"
                : commands.Count > 0
                    ? $"expected a command of {NameOf(parsed)}, found an unknown one{Hint(word, commands)}"
                    : $"expected an option of {NameOf(parsed)}, found a word; a text with blanks needs quotes");
            while (isOption && index + 1 < unknown.Count && !IsOption(unknown[index + 1])) index++;
        }
    }

    /// <summary>Such as <c>mft bench decode</c>.</summary>
    public static string NameOf(ParseResult parsed)
    {
        var path = new List<string>();
        for (var result = parsed.CommandResult; result?.Command is not (null or RootCommand); result = result.Parent as System.CommandLine.Parsing.CommandResult)
            path.Insert(0, result.Command.Name);
        return string.Join(' ', ["mft", .. path]);
    }

    /// <summary><c>--rank</c> is meant to be <c>--training-rank</c>, though many letters are missing.</summary>
    private static string Hint(string word, IReadOnlyList<string> known) =>
        known.FirstOrDefault(name => name.EndsWith("-" + word.TrimStart('-'), StringComparison.Ordinal)) is { } longer
            ? $" (did you mean {longer}?)"
            : ClosestName.Hint(word, known);

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);

    private static List<string> Options(ParseResult parsed) => [.. parsed.CommandResult.Command.Options.Select(option => option.Name)];

    private static List<string> Commands(ParseResult parsed) => [.. parsed.CommandResult.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
}
