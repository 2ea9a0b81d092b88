using System.Security.Cryptography;
using System.Text;

namespace MultiagentFT.Runs.Report;

/// <summary>A file that is part of every report, embedded in this assembly.</summary>
internal static class ReportAsset
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("report.css");

    /// <summary>The browser of debates, inside of a comment that makes it the same text to readers of HTML and of XML.</summary>
    public static string Script { get; } = $"//<![CDATA[\n{Read("debates.js")}//]]>";

    /// <summary>What a Content-Security-Policy calls a script: <c>'sha256-...'</c>.</summary>
    public static string Source(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static string Read(string name)
    {
        using var stream = typeof(ReportAsset).Assembly.GetManifestResourceStream("MultiagentFT.Runs.Report." + name)!;
        return new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
    }
}
