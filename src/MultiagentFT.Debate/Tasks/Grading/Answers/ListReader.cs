using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Reads lists: separated by commas, semicolons, "and", "or". Intervals joined by "or" are a union.</summary>
internal sealed class ListReader(AnswerReader reader)
{
    public Answer? Read(int start, int end)
    {
        var parts = reader.Split(start, end, IsSeparator);
        if (parts.Count == 1) return null;
        var items = new List<Answer>();
        foreach (var part in parts)
        {
            // Nothing between two separators: ", and".
            if (part.Start == part.End) continue;
            if (reader.Read(part.Start, part.End) is not { } item) continue;
            if (item is Collection inner && !reader.Tokens[part.Start].Is("\\{")) items.AddRange(inner.Items);
            else items.Add(item);
        }
        if (items.Count < 2) return items.FirstOrDefault();
        var text = reader.Tokens.Text(start, end);
        return Joined(text, parts, items) ?? new Collection(text, items);
    }

    private static bool IsSeparator(Token token) =>
        token.Is(",") || token.Is(";") || (token.IsWord && token.Text.ToLowerInvariant() is "and" or "or") || token.IsCommand("vee")
        || token.IsCommand("wedge");

    private Answer? Joined(string text, List<(int Start, int End)> parts, List<Answer> items)
    {
        if (!items.All(item => item is Named { Value: Group } || item is Group)) return null;
        var names = items.Select(item => (item as Named)?.Name).Distinct().ToList();
        if (names.Count > 1) return null;
        var sets = items.Select(item => item is Named named ? named.Value : item).ToList();
        var separators = parts.Skip(1).Select(part => reader.Tokens[part.Start - 1].Text.ToLowerInvariant()).Distinct().ToList();
        Answer? joined = separators switch
        {
            ["or" or "vee"] => new Union(text, "cup", sets),
            ["and" or "wedge"] when names[0] is not null => new Union(text, "cap", sets),
            _ => null,
        };
        return joined is not null && names[0] is { } name ? new Named(text, name, joined, null) : joined;
    }
}
