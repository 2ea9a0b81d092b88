using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Identity;
using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>
/// Reads equations and inequalities. One of a single letter is the value or the interval of that letter: x = 5, 0 ≤ x &lt; 1, x ∈ [0,1).
/// </summary>
internal sealed class RelationReader(AnswerReader reader)
{
    private readonly TokenList _tokens = reader.Tokens;

    public Answer? Read(int start, int end)
    {
        var sides = reader.Split(start, end, token => Sign(token) is not null);
        if (sides.Count == 1 || sides.Any(side => side.Start == side.End)) return null;
        var signs = sides.Skip(1).Select(side => Sign(_tokens[side.Start - 1])!).ToList();
        var text = _tokens.Text(start, end);
        if (signs.All(sign => sign is "=" or "in")) return Equation(text, sides, signs);
        if (signs is ["ne"]) return Difference(sides[0], sides[1]) is { } difference ? new Relation(text, "ne", difference) : null;
        return signs.All(sign => sign is "<" or "le") || signs.All(sign => sign is ">" or "ge") ? Inequality(text, sides, signs) : null;
    }

    private static string? Sign(Token token) => token switch
    {
        { Kind: TokenKind.Symbol, Text: "=" or "<" or ">" } => token.Text,
        { Kind: TokenKind.Command, Text: "le" or "ge" or "ne" or "in" } => token.Text,
        { Kind: TokenKind.Command, Text: "equiv" } => "=",
        _ => null,
    };

    private Answer? Equation(string text, List<(int Start, int End)> sides, List<string> signs)
    {
        var last = sides[^1];
        if (Name(sides[0]) is { } name && reader.Read(last.Start, last.End) is { } value)
            return new Named(text, name, value, sides.Count == 2 && signs[0] == "=" ? EquationOf(text, sides) : null);
        if (sides.Count > 2 || signs[0] != "=") return null;
        var first = sides[0];
        if (Name(last) is { } right && reader.Read(first.Start, first.End) is { } left)
            return new Named(text, right, left, EquationOf(text, sides));
        return IsIdentity(first, last) ? reader.Read(last.Start, last.End) : EquationOf(text, sides);
    }

    /// <summary>3 · 4 = 12 says 12, and no more than that about anything.</summary>
    private bool IsIdentity((int Start, int End) left, (int Start, int End) right) =>
        ExpressionParser.Whole(_tokens, left.Start, left.End) is { } l && ExpressionParser.Whole(_tokens, right.Start, right.End) is { } r && ExpressionIdentity.Same(l, r);

    private Relation? EquationOf(string text, List<(int Start, int End)> sides) =>
        Difference(sides[0], sides[1]) is { } difference ? new Relation(text, "=", difference) : null;

    private Answer? Inequality(string text, List<(int Start, int End)> sides, List<string> signs)
    {
        if (signs[0] is ">" or "ge")
        {
            sides.Reverse();
            signs.Reverse();
            signs = [.. signs.Select(sign => sign == ">" ? "<" : "le")];
        }
        if (sides.Count > 3) return null;
        if (Interval(text, sides, signs) is { } interval) return interval;
        if (Less(text, sides[0], sides[1], signs[0]) is not { } lower) return null;
        if (sides.Count == 2) return lower;
        return Less(text, sides[1], sides[2], signs[1]) is { } upper ? new Union(text, "cap", [lower, upper]) : null;
    }

    /// <summary>The interval of a letter between constants.</summary>
    private Named? Interval(string text, List<(int Start, int End)> sides, List<string> signs)
    {
        var middle = sides.Count == 3 ? 1 : Name(sides[0]) is not null ? 0 : 1;
        if (Name(sides[middle]) is not { } name) return null;
        var lower = middle == 0 ? Simplify.Negated(new Symbol("infty")) : Constant(sides[middle - 1]);
        var upper = middle == sides.Count - 1 ? new Symbol("infty") : Constant(sides[middle + 1]);
        if (lower is null || upper is null) return null;
        var open = middle > 0 && signs[middle - 1] == "le" ? "[" : "(";
        var close = middle < sides.Count - 1 && signs[middle] == "le" ? "]" : ")";
        return new Named(text, name, new Group(text, open, close, [new Quantity("", lower, null), new Quantity("", upper, null)]), null);
    }

    private Relation? Less(string text, (int Start, int End) lower, (int Start, int End) upper, string sign) =>
        Difference(upper, lower) is { } difference ? new Relation(text, sign == "<" ? ">" : "ge", difference) : null;

    private Expr? Constant((int Start, int End) side) =>
        ExpressionParser.Whole(_tokens, side.Start, side.End) is { } value && Positive.IsConstant(value) ? value : null;

    private Expr? Difference((int Start, int End) left, (int Start, int End) right) =>
        ExpressionParser.Whole(_tokens, left.Start, left.End) is { } l && ExpressionParser.Whole(_tokens, right.Start, right.End) is { } r
            ? Simplify.Difference(l, r)
            : null;

    /// <summary>The text of a side that only names: x, x_1, f(x), P(A), f^{-1}(x), (x, y), \angle ABC, words.</summary>
    private string? Name((int Start, int End) side)
    {
        var (start, end) = side;
        var text = _tokens.Text(start, end);
        if (Enumerable.Range(start, end - start).All(i => _tokens[i].IsWord) || IsAngle(start, end) || IsFunction(start, end)) return text;
        if (_tokens[start].Is("(") && _tokens.Partner(start) == end - 1
            && reader.Split(start + 1, end - 1, token => token.Is(",")) is { Count: > 1 } parts)
            return parts.All(part => Name(part) is not null) ? text : null;
        return ExpressionParser.Whole(_tokens, start, end) switch
        {
            Symbol { IsConstant: false } => text,
            Call { Name: var name, Arguments: [Symbol or Number] } when name.TrimEnd('\'') is "f" or "g" or "h" => text,
            _ => null,
        };
    }

    /// <summary>\angle A, m\angle ABC.</summary>
    private bool IsAngle(int start, int end)
    {
        if (_tokens[start] is { Kind: TokenKind.Letter, Text: "m" }) start++;
        return end - start == 2 && _tokens[start].IsCommand("angle") && _tokens[start + 1].Kind is TokenKind.Letter or TokenKind.Label;
    }

    /// <summary>A letter, perhaps the sign of an inverse, and letters, whole numbers or words in parentheses.</summary>
    private bool IsFunction(int start, int end)
    {
        if (_tokens[start].Kind != TokenKind.Letter) return false;
        var at = start + 1;
        while (at < end && _tokens[at].Is("'")) at++;
        if (_tokens.Text(at, Math.Min(at + 5, end)) is "^{-1}") at += 5;
        return at < end && _tokens[at].Is("(") && _tokens.Partner(at) == end - 1
            && reader.Split(at + 1, end - 1, token => token.Is(",")).All(part => part.Start < part.End
                && (Enumerable.Range(part.Start, part.End - part.Start).All(i => _tokens[i].IsWord)
                    || (part.End - part.Start == 1 && (_tokens[part.Start].IsWhole || _tokens[part.Start].Kind is TokenKind.Letter or TokenKind.Label))));
    }
}
