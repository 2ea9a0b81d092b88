namespace MultiagentFT.Debate.Tasks.Grading.Strict;

internal static class StrictText
{
    private const string Start = "\\text{";

    /// <summary>What stands between a <c>\text{</c> at the start and a brace at the end.</summary>
    public static string Unwrapped(string text) =>
        text.Length > Start.Length + 1 && text.StartsWith(Start, StringComparison.Ordinal) && text[^1] == '}'
            ? text[Start.Length..^1]
            : text;

    public static string Without(string text, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts) text = text.Replace(part, "", StringComparison.Ordinal);
        return text;
    }
}
