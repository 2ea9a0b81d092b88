using System.Globalization;
using System.Text.RegularExpressions;

namespace MultiagentFT.Foundation;

/// <summary>Names of models in several files, <c>NAME-00001-of-0000N.gguf</c> and so on, of which the first stands for all.</summary>
public static partial class PartFiles
{
    public const int Most = 1000;

    /// <summary>The files of a model by the name of its first; the path alone where it is no first part.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var match = Form().Match(path);
        var count = match.Success ? int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) : 1;
        if (count is < 2 or > Most || int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) != 1) return [path];
        return [.. Enumerable.Range(0, count).Select(part => NameOf(match.Groups["name"].Value, part, count))];
    }

    /// <summary>Whether a file has the name of a part that is not the first.</summary>
    public static bool IsLater(string path) => Form().Match(path) is { Success: true } match && int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) > 1;

    /// <summary>What comes before the number; null where the path is no part's.</summary>
    public static string? StemOf(string path) => Form().Match(path) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <param name="stem">The path without number and extension.</param>
    /// <param name="part">From 0.</param>
    /// <param name="count">Of all parts.</param>
    public static string NameOf(string stem, int part, int count) => string.Create(CultureInfo.InvariantCulture, $"{stem}-{part + 1:00000}-of-{count:00000}.gguf");

    [GeneratedRegex(@"^(?<name>.+)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.Singleline)]
    private static partial Regex Form();
}
