using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MultiagentFT.Runs.Tests.Report;

/// <summary>The blocks of debates in a report, read by other code than that of the page.</summary>
internal static partial class PackedDebates
{
    public static IReadOnlyDictionary<string, JsonNode> Of(string html) =>
        Block().Matches(html).ToDictionary(match => match.Groups[1].Value, match => Unpack(match.Groups[2].Value));

    private static JsonNode Unpack(string content)
    {
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(content)), CompressionMode.Decompress);
        return JsonNode.Parse(gzip)!;
    }

    [GeneratedRegex("""<script type="application/octet-stream\+base64" id="debates-([a-z0-9]+)">([A-Za-z0-9+/=]*)</script>""")]
    private static partial Regex Block();
}
