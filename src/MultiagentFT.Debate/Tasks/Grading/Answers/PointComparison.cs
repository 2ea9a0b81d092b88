namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>(1, 2) or (x, y) = (1, 2) against x = 1, y = 2.</summary>
internal static class PointComparison
{
    /// <param name="point">The point.</param>
    /// <param name="values">What may be its coordinates, by name and in any order.</param>
    /// <param name="names">Such as <c>(x,y)</c>; null where it has none: letters then stand in the order of the alphabet.</param>
    public static bool Same(Group point, Collection values, string? names)
    {
        var named = values.Items.OfType<Named>().ToList();
        if (point is not { Open: "(", Close: ")" } || named.Count != values.Items.Count || named.Count != point.Items.Count) return false;
        if (names is not { Length: > 1 } || names[0] != '(') return InAlphabet(named) && AnswerComparison.InOrder(point.Items, [.. named.OrderBy(item => item.Name[0]).Select(item => item.Value)]);
        var order = names.Trim('(', ')').Split(',');
        return named.Select(item => item.Name).Order(StringComparer.Ordinal).SequenceEqual(order.Order(StringComparer.Ordinal))
            && AnswerComparison.InOrder(point.Items, [.. named.OrderBy(item => Array.IndexOf(order, item.Name)).Select(item => item.Value)]);
    }

    /// <summary>Different letters, all small or all capital.</summary>
    private static bool InAlphabet(List<Named> named) =>
        (named.All(item => item.Name is [>= 'a' and <= 'z']) || named.All(item => item.Name is [>= 'A' and <= 'Z']))
        && named.DistinctBy(item => item.Name).Count() == named.Count;
}
