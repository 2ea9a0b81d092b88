using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Identity;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Whether two answers mean the same.</summary>
internal static class AnswerComparison
{
    public static bool Same(Answer left, Answer right) => (left.Text.Length > 0 && left.Text == right.Text)
        || (left, right) switch
        {
            (Quantity l, Quantity r) => QuantityComparison.Same(l, r),
            (Named l, Named r) => Same(l, r),
            (Named { Equation: { } equation }, Relation relation) => RelationComparison.Same(equation, relation),
            (Relation relation, Named { Equation: { } equation }) => RelationComparison.Same(relation, equation),
            (Named { Value: Group point } l, Collection { Items.Count: > 1 } r) => PointComparison.Same(point, r, l.Name),
            (Collection { Items.Count: > 1 } l, Named { Value: Group point } r) => PointComparison.Same(point, l, r.Name),
            (Named l, _) => Same(l.Value, right),
            (_, Named r) => Same(left, r.Value),
            (Relation l, Relation r) => RelationComparison.Same(l, r),
            (Group l, Group r) => l.Open == r.Open && l.Close == r.Close && InOrder(l.Items, r.Items),
            (Collection l, Collection r) => CollectionComparison.Same(l.Items, r.Items),
            (Group l, Collection { Items.Count: > 1 } r) => PointComparison.Same(l, r, null),
            (Collection { Items.Count: > 1 } l, Group r) => PointComparison.Same(r, l, null),
            (Collection { Items: [var single] }, _) => Same(single, right),
            (_, Collection { Items: [var single] }) => Same(left, single),
            (Union l, Union r) => l.Sign == r.Sign && CollectionComparison.Same(l.Items, r.Items),
            (Matrix l, Matrix r) => Same(l, r),
            (Ratio l, Ratio r) => Same(l, r),
            (Ratio { Half: null, Terms: [var a, var b] }, Quantity { Unit: null } q) => ExpressionIdentity.Same(Simplify.Quotient(a, b), q.Value),
            (Quantity { Unit: null } q, Ratio { Half: null, Terms: [var a, var b] }) => ExpressionIdentity.Same(Simplify.Quotient(a, b), q.Value),
            (Ratio { IsClock: true } l, Quantity { Unit.IsHalfOfDay: true } q) => SameHour(l, q),
            (Quantity { Unit.IsHalfOfDay: true } q, Ratio { IsClock: true } r) => SameHour(r, q),
            (Words l, _) => SameWords(l, right),
            (_, Words r) => SameWords(r, left),
            _ => false,
        };

    public static bool InOrder(IReadOnlyList<Answer> left, IReadOnlyList<Answer> right) =>
        left.Count == right.Count && left.Zip(right).All(pair => Same(pair.First, pair.Second));

    private static bool Same(Named left, Named right)
    {
        if (left.Name == right.Name && Same(left.Value, right.Value)) return true;
        return left.Equation is { } l && right.Equation is { } r && RelationComparison.Same(l, r);
    }

    private static bool Same(Matrix left, Matrix right) =>
        left.Kind == right.Kind
        && left.Rows.Count == right.Rows.Count
        && left.Rows.Zip(right.Rows).All(rows => InOrder(rows.First, rows.Second));

    /// <summary>Equal ratios are proportional, and equal times of a day the same to the minute: 9:30 is no 3:10.</summary>
    private static bool Same(Ratio left, Ratio right)
    {
        if (left.Terms.Count != right.Terms.Count) return false;
        if (left.IsClock && right.IsClock)
            return (left.Half is null || right.Half is null || left.Half == right.Half) && left.Terms.Zip(right.Terms).All(pair => ExpressionIdentity.Same(pair.First, pair.Second));
        if (left.Half is not null || right.Half is not null) return false;
        return Enumerable.Range(1, left.Terms.Count - 1).All(i => ExpressionIdentity.Same(
            Simplify.Product(left.Terms[0], right.Terms[i]), Simplify.Product(left.Terms[i], right.Terms[0])));
    }

    /// <summary>A time without its half of the day is that of either: 5:00 and 5 p.m.</summary>
    private static bool SameHour(Ratio clock, Quantity time) => clock is { Half: null, Terms: [var hours, Number { Value.IsZero: true }] }
        && ExpressionIdentity.Same(hours, time.Value);

    private static bool SameWords(Words words, Answer other)
    {
        var ignoresCase = words.IgnoresCase && other is Words { IgnoresCase: true } or Quantity;
        return ignoresCase && string.Equals(Letters(words.Text), Letters(other.Text), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Without blanks and points, but for those between digits.</summary>
    private static string Letters(string text) => string.Concat(text.Where((symbol, i) =>
        symbol is not (' ' or '.' or '(' or ')')
        || (i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]))));
}
