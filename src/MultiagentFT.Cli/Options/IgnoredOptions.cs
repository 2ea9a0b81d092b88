using System.CommandLine;
using System.CommandLine.Parsing;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Options;

/// <summary>Refuses options that other options make meaningless, so that nothing is accepted and ignored.</summary>
internal static class IgnoredOptions
{
    /// <param name="parsed">The command line.</param>
    /// <param name="expected">What would give the options a meaning.</param>
    /// <param name="names">The options that have none now.</param>
    /// <exception cref="InputException">One of them was given.</exception>
    public static void Refuse(ParseResult parsed, string expected, params IEnumerable<string> names)
    {
        var given = Given(parsed).Intersect(names).ToList();
        if (given.Count > 0) throw new InputException(string.Join(", ", given), null, expected, "options that would be ignored");
    }

    /// <exception cref="InputException">Both were given.</exception>
    public static void RefuseBoth(ParseResult parsed, string first, string second)
    {
        var given = Given(parsed).ToHashSet();
        if (given.Contains(first) && given.Contains(second)) throw new InputException("options", null, $"{first} or {second}", "both");
    }

    public static bool IsGiven(ParseResult parsed, string name) => Given(parsed).Contains(name);

    private static IEnumerable<string> Given(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit).Select(option => option.Option.Name);
}
