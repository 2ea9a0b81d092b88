namespace MultiagentFT.Debate.Tasks;

/// <summary>Finds the committed answer of a reply.</summary>
public static class BoxedAnswer
{
    private const string Marker = "\\boxed{";

    /// <summary>The content of the last complete <c>\boxed{...}</c>, braces balanced and edges trimmed; null without one.</summary>
    public static string? Last(string reply)
    {
        for (var from = reply.Length; from > 0;)
        {
            var at = reply.LastIndexOf(Marker, from - 1, StringComparison.Ordinal);
            if (at < 0) return null;
            var depth = 1;
            for (var i = at + Marker.Length; i < reply.Length; i++)
            {
                if (reply[i] == '{') depth++;
                else if (reply[i] == '}' && --depth == 0)
                {
                    var content = reply[(at + Marker.Length)..i].Trim();
                    return content.Length == 0 ? null : content;
                }
            }
            from = at;
        }
        return null;
    }
}
