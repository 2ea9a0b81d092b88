using System.Globalization;
using System.Text.RegularExpressions;

namespace MultiagentFT.Server.Page;

/// <summary>Debates of a run that lie in one file.</summary>
/// <param name="Name">Such as <c>multiagent-ft-2-evaluation</c>.</param>
/// <param name="Method">The method's key.</param>
/// <param name="Iteration">From 1; 0 for methods that are not trained.</param>
/// <param name="Activity"><c>evaluation</c> or <c>training</c>.</param>
/// <param name="Path">Absolute.</param>
internal sealed partial record RunStage(string Name, string Method, int Iteration, string Activity, string Path)
{
    /// <summary>Null for a file that is none.</summary>
    public static RunStage? Of(string path)
    {
        var match = Pattern().Match(System.IO.Path.GetFileName(path));
        return match.Success
            ? new RunStage(
                System.IO.Path.GetFileNameWithoutExtension(path), match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), match.Groups[3].Value, path)
            : null;
    }

    [GeneratedRegex(@"^([a-z0-9]+(?:-[a-z0-9]+)*)-([0-9]{1,6})-(evaluation|training)\.jsonl\z")]
    private static partial Regex Pattern();
}
