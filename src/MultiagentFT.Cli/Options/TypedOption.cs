using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using MultiagentFT.Foundation;
using MultiagentFT.Runs;

namespace MultiagentFT.Cli.Options;

/// <summary>Options whose errors say what was expected, in the words of the configuration files.</summary>
internal static class TypedOption
{
    /// <summary>What <see cref="Text"/> calls a path of a file.</summary>
    public const string File = "file";

    /// <summary>What <see cref="Text"/> calls a path of a folder.</summary>
    public const string Folder = "folder";

    /// <summary>What <see cref="Text"/> calls a file, or a model by name.</summary>
    public const string Model = "model";

    public static Option<T> Number<T>(string name, string description)
        where T : struct, INumberBase<T>
    {
        var isWhole = typeof(T) != typeof(float) && typeof(T) != typeof(double);
        var expected = isWhole ? "a whole number" : "a number";
        // No thousands separators: 0,5 would be read as 5.
        var style = isWhole ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return new Option<T>(name)
        {
            Description = description,
            HelpName = "n",
            CustomParser = result =>
                T.TryParse(Word(result), style, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value)
                    ? value
                    : Refuse<T>(result, name, expected),
        };
    }

    /// <summary>A number of problems, or <c>all</c>, which is <see cref="RunProblems.All"/>.</summary>
    public static Option<int> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "n|all",
        CustomParser = result => Word(result) == "all" ? RunProblems.All
            : int.TryParse(Word(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value != RunProblems.All ? value
            : Refuse<int>(result, name, "a whole number or all"),
    };

    /// <summary>A member of an enum, spelled as in JSON: <c>single-agent-ft</c>.</summary>
    public static Option<T> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', Names<T>()),
            CustomParser = result => Parse<T>(result, name, Word(result)),
        };
        option.CompletionSources.Add(Names<T>());
        return option;
    }

    /// <summary>Some members of an enum, separated by blanks or commas.</summary>
    public static Option<T[]> Choices<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = string.Join('|', Names<T>()),
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => [.. Words(result).Select(word => Parse<T>(result, name, word))],
        };

    /// <summary>A text; one that names a file or a folder is not empty.</summary>
    public static Option<string> Text(string name, string description, string helpName) => helpName is File or Folder or Model
        ? new(name) { Description = description, HelpName = helpName, CustomParser = result => PathOf(result, name, helpName, Word(result)) }
        : new(name) { Description = description, HelpName = helpName };

    /// <summary>Some files, separated by blanks: a comma may be part of a name.</summary>
    public static Option<string[]> Files(string name, string description) => Paths(name, description, File, severalAtATime: true);

    /// <summary>Some folders, each behind the option's name.</summary>
    public static Option<string[]> Folders(string name, string description) => Paths(name, description, Folder, severalAtATime: false);

    /// <summary>Some texts, separated by blanks or commas.</summary>
    public static Option<string[]> Texts(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. Words(result)],
    };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>
    /// The value that was given, or else a default. Defaults stand in descriptions, in the words of the command line; the
    /// library's own would be shown a second time, in another spelling.
    /// </summary>
    public static T ValueOr<T>(this ParseResult parsed, Option<T> option, T fallback) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : fallback;

    /// <summary>The spelling of an enum's member.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static Option<string[]> Paths(string name, string description, string kind, bool severalAtATime) => new(name)
    {
        Description = description,
        HelpName = kind,
        AllowMultipleArgumentsPerToken = severalAtATime,
        CustomParser = result => [.. result.Tokens.Select(token => PathOf(result, name, kind, token.Value))],
    };

    private static string PathOf(ArgumentResult result, string name, string kind, string word)
    {
        if (word.Length == 0) result.AddError($"{name}: expected a {kind}, found nothing");
        else if (word.Contains('\0')) result.AddError($"{name}: expected a {kind}, found a name with NUL");
        return word;
    }

    private static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(NameOf)];

    private static T Parse<T>(ArgumentResult result, string name, string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == word) return value;
        }
        return Refuse<T>(result, name, string.Join(", ", Names<T>()), word);
    }

    private static T Refuse<T>(ArgumentResult result, string name, string expected, string? word = null)
        where T : struct
    {
        result.AddError($"{name}: expected {expected}, found {word ?? Word(result)}");
        return default;
    }

    private static string Word(ArgumentResult result) => result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;

    private static IEnumerable<string> Words(ArgumentResult result) =>
        result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The numbers of an option of texts; null where it was not given.</summary>
    /// <exception cref="InputException">One is no whole number.</exception>
    public static int[]? WholeNumbers(ParseResult parsed, Option<string[]> option)
    {
        if (parsed.GetValue(option) is not { Length: > 0 } words) return null;
        return [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InputException(option.Name, null, "whole numbers separated by commas", word))];
    }
}
