using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Reads what stands in brackets from end to end: tuples, intervals, sets, vectors, matrices, one value in parentheses.</summary>
internal sealed class BracketReader(AnswerReader reader)
{
    private readonly TokenList _tokens = reader.Tokens;

    public Answer? Read(int start, int end)
    {
        if (_tokens[start] is { Kind: TokenKind.Command, Text: "emptyset" } && end == start + 1) return new Collection("\\emptyset", []);
        if (_tokens[start].IsCommand("mathbbR") && end == start + 1) return new Group("R", "(", ")", Reals());
        if (!TokenList.Opens(_tokens[start])) return null;
        var close = _tokens.Partner(start);
        if (_tokens[start].IsCommand("begin")) return new MatrixReader(reader).Read(start, end);
        if (close != end - 1) return null;
        var text = _tokens.Text(start, end);
        var (open, shut) = (_tokens[start].Text, _tokens[close].Text);
        if (open == "\\{") return Set(text, start + 1, close);
        var parts = reader.Split(start + 1, close, token => token.Is(",") || token.Is(";"));
        if (parts.Count > 1) return Items(parts) is { } items ? new Group(text, open, shut, items) : null;
        // A letter in parentheses is a choice: (B) and (b) are one.
        if (open == "(" && end - start == 3 && _tokens[start + 1].Kind is TokenKind.Letter) return new Words(_tokens[start + 1].Text, true);
        return open == "(" && shut == ")" && ExpressionParser.Whole(_tokens, start, end) is null ? reader.Read(start + 1, close) : null;
    }

    private static List<Answer> Reals() =>
        [new Quantity("", Simplify.Negated(new Symbol("infty")), null), new Quantity("", new Symbol("infty"), null)];

    private Collection? Set(string text, int start, int end)
    {
        if (start == end) return new Collection(text, []);
        return Items(reader.Split(start, end, token => token.Is(",") || token.Is(";"))) is { } items ? new Collection(text, items) : null;
    }

    private List<Answer>? Items(List<(int Start, int End)> parts)
    {
        var items = new List<Answer>(parts.Count);
        foreach (var part in parts)
        {
            if (reader.Read(part.Start, part.End) is not { } item) return null;
            if (item is Collection { Items: [_, _] pair } && item.Text.Contains("\\pm", StringComparison.Ordinal)) items.AddRange(pair);
            else items.Add(item);
        }
        return items;
    }
}
