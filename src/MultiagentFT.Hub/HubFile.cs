using System.Text.RegularExpressions;
using MultiagentFT.Foundation;

namespace MultiagentFT.Hub;

/// <summary>
/// A file of a repository: <c>hf:owner/name:file</c>, <c>hf:owner/name@revision:folder/file</c>, of a dataset <c>hf:datasets/owner/name:file</c>.
/// </summary>
/// <param name="IsDataset">Whether the repository is one of a dataset.</param>
/// <param name="Owner">Letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
/// <param name="Name">The same.</param>
/// <param name="Revision">Branch, tag or commit; <c>main</c> where none is named.</param>
/// <param name="File">Parts separated by <c>/</c>, none of them <c>..</c>.</param>
public sealed partial record HubFile(bool IsDataset, string Owner, string Name, string Revision, string File)
{
    public const string Prefix = "hf:";

    private const string Expected = "hf:OWNER/NAME:FILE, hf:OWNER/NAME@REVISION:FILE or hf:datasets/OWNER/NAME:FILE";

    /// <summary>Whether a text is meant as a name of a file in a repository.</summary>
    public static bool IsName(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <exception cref="InputException">It is no such name.</exception>
    public static HubFile Parse(string text)
    {
        var match = Form().Match(text);
        var (owner, name, revision, file) = (match.Groups["owner"].Value, match.Groups["name"].Value, match.Groups["revision"].Value, match.Groups["file"].Value);
        var isSafe = match.Success && IsSafe(owner) && IsSafe(name) && (revision.Length == 0 || revision.Split('/').All(IsSafe)) && file.Split('/').All(IsSafe);
        return isSafe
            ? new HubFile(match.Groups["dataset"].Success, owner, name, revision.Length == 0 ? "main" : revision, file)
            : throw new InputException(text, null, Expected, "another name");
    }

    /// <summary>Where a server has the file.</summary>
    /// <param name="endpoint">Such as <c>https://huggingface.co</c>.</param>
    public Uri At(Uri endpoint) => new(
        $"{endpoint.AbsoluteUri.TrimEnd('/')}/{(IsDataset ? "datasets/" : "")}{Owner}/{Name}/resolve/{Uri.EscapeDataString(Revision)}/{string.Join('/', File.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Its place in a cache.</summary>
    /// <param name="cache">The cache's folder.</param>
    public string In(string cache) => Path.Combine([cache, IsDataset ? "datasets" : "models", Owner, Name, Revision.Replace('/', '-'), .. File.Split('/')]);

    public override string ToString() => $"{Prefix}{(IsDataset ? "datasets/" : "")}{Owner}/{Name}{(Revision == "main" ? "" : "@" + Revision)}:{File}";

    private static bool IsSafe(string part) => part.Length is > 0 and <= 255 && part is not ("." or "..") && !part.EndsWith(Download.PartialEnd, StringComparison.Ordinal);

    [GeneratedRegex(@"^hf:(?<dataset>datasets/)?(?<owner>[A-Za-z0-9._-]+)/(?<name>[A-Za-z0-9._-]+)(@(?<revision>[A-Za-z0-9._/-]+))?:(?<file>[^\x00-\x1f\\:?#]+)$")]
    private static partial Regex Form();
}
