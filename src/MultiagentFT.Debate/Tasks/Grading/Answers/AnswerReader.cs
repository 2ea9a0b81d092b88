using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Tokens;
using MultiagentFT.Debate.Tasks.Grading.Units;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>
/// Reads an answer from the outside in: lists, unions, relations, ±, brackets, matrices, values with units, ratios, words.
/// </summary>
internal sealed class AnswerReader(TokenList tokens)
{
    /// <summary>Deeper nesting of brackets stays text.</summary>
    private const int MostDepth = 16;

    private int _depth;

    public TokenList Tokens => tokens;

    public static Answer? Read(string answer)
    {
        var tokens = TokenList.Read(answer);
        return tokens.Count == 0 ? null : new AnswerReader(tokens).Read(0, tokens.Count);
    }

    /// <summary>Null for a range that says nothing.</summary>
    public Answer? Read(int start, int end)
    {
        (start, end) = Ends.Trim(tokens, start, end);
        if (start >= end) return null;
        if (_depth >= MostDepth) return Text(start, end);
        _depth++;
        var answer = new ListReader(this).Read(start, end) ?? Item(start, end);
        _depth--;
        return answer;
    }

    /// <summary>An answer that is no list.</summary>
    public Answer Item(int start, int end) =>
        PlusMinus(start, end)
        ?? new RelationReader(this).Read(start, end)
        ?? Union(start, end)
        ?? new BracketReader(this).Read(start, end)
        ?? Quantity(start, end)
        ?? TimeOfDay(start, end)
        ?? RatioReader.Read(tokens, start, end)
        ?? Text(start, end);

    /// <summary>The parts of a range between the separators outside of brackets; one part when there are none.</summary>
    public List<(int Start, int End)> Split(int start, int end, Func<Token, bool> isSeparator)
    {
        var parts = new List<(int, int)>();
        var from = start;
        for (var i = start; i < end; i++)
        {
            if (TokenList.Opens(tokens[i]) && tokens.Partner(i) is var partner && partner > i && partner < end) i = partner;
            else if (isSeparator(tokens[i]))
            {
                parts.Add((from, i));
                from = i + 1;
            }
        }
        parts.Add((from, end));
        return parts;
    }

    public Answer Text(int start, int end)
    {
        var isWords = true;
        for (var i = start; i < end; i++)
        {
            isWords &= tokens[i].Kind is TokenKind.Word or TokenKind.Label or TokenKind.Number
                || tokens[i].Text is "." or "-" or "'" or "(" or ")" or ":";
        }
        return new Words(tokens.Text(start, end), isWords);
    }

    public Quantity? Quantity(int start, int end)
    {
        var parser = new ExpressionParser(tokens, start, end);
        if (parser.Sum() is not { } value) return null;
        var unit = parser.Unit is { } name ? UnitNames.Find(name) : null;
        var at = parser.At;
        for (; at < end && tokens[at].IsWord && Magnitudes.Of(tokens[at].Text) is { } magnitude; at++)
            value = Simplify.Product(new Number(magnitude), value);
        if (at < end)
        {
            if (UnitReader.Read(tokens, at, end) is not { } behind) return null;
            unit = unit is null || unit.Dimension == behind.Dimension
                ? behind
                : new Unit(unit.Dimension + (behind.Dimension.StartsWith('/') ? "" : " ") + behind.Dimension, behind.Size);
        }
        return new Quantity(tokens.Text(start, end), value, unit);
    }

    /// <summary>5:30 p.m.; 5:00 p.m. is 5 p.m.</summary>
    private Answer? TimeOfDay(int start, int end)
    {
        if (end - start < 4 || RatioReader.Read(tokens, start, start + 3) is not { IsClock: true, Terms: [var hours, Number minutes] } clock) return null;
        if (UnitReader.Read(tokens, start + 3, end) is not { IsHalfOfDay: true } half) return null;
        var text = tokens.Text(start, end);
        return minutes.Value.IsZero ? new Quantity(text, hours, half) : clock with { Text = text, Half = half.Dimension };
    }

    /// <summary>1 ± x is the two answers 1 + x and 1 - x.</summary>
    private Collection? PlusMinus(int start, int end)
    {
        var found = false;
        for (var i = start; i < end && !found; i++)
        {
            // In a set it belongs to an item.
            if (tokens[i].Is("\\{") && tokens.Partner(i) is var close && close > i && close < end) i = close;
            else found = tokens[i].IsCommand("pm") || tokens[i].IsCommand("mp");
        }
        if (!found) return null;
        var plus = new AnswerReader(tokens.Replace(start, end, token => Choose(token, "pm"))).Read(0, end - start);
        var minus = new AnswerReader(tokens.Replace(start, end, token => Choose(token, "mp"))).Read(0, end - start);
        return plus is null || minus is null ? null : new Collection(tokens.Text(start, end), [plus, minus]);
    }

    private static Token Choose(Token token, string plus) =>
        token.IsCommand("pm") || token.IsCommand("mp")
            ? new Token(TokenKind.Symbol, token.Text == plus ? "+" : "-", token.SpaceBefore)
            : token;

    private Union? Union(int start, int end)
    {
        foreach (var sign in (string[])["cup", "cap"])
        {
            var parts = Split(start, end, token => token.IsCommand(sign) || (sign == "cup" && end - start > 3 && IsPlainCup(token)));
            if (parts.Count == 1) continue;
            var items = parts.Select(part => Read(part.Start, part.End)).ToList();
            return items.All(item => item is not null) ? new Union(tokens.Text(start, end), sign, items!) : null;
        }
        return null;
    }

    /// <summary>(1,2) U (3,4)</summary>
    private static bool IsPlainCup(Token token) => token is { Text: "U", SpaceBefore: true };
}
