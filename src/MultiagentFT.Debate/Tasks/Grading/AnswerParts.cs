namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>A tuple, an interval or a list taken apart at its outermost commas.</summary>
/// <param name="Brackets">Opening and closing bracket around several parts, such as <c>[)</c>; empty without.</param>
/// <param name="Parts">At least one.</param>
internal sealed record AnswerParts(string Brackets, IReadOnlyList<string> Parts)
{
    public static AnswerParts Split(string text)
    {
        if (text.Length > 2 && text[0] is '(' or '[' && text[^1] is ')' or ']')
        {
            // Brackets that close before the end, as in (a,b)+(c,d), belong to parts of the text and not around it.
            var inner = text[1..^1];
            if (AtCommas(inner) is { Count: > 1 } parts) return new AnswerParts($"{text[0]}{text[^1]}", parts);
        }
        return new AnswerParts("", AtCommas(text) ?? [text]);
    }

    /// <summary>Null when brackets do not balance.</summary>
    private static List<string>? AtCommas(string text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '(' or '[' or '{') depth++;
            else if (text[i] is ')' or ']' or '}' && --depth < 0) return null;
            else if (text[i] == ',' && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }
        if (depth != 0) return null;
        parts.Add(text[start..]);
        return parts;
    }
}
