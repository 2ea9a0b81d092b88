namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Whether the items of one list are those of the other in some order.</summary>
internal static class CollectionComparison
{
    /// <summary>Pairs that are tried one by one; the items that are written alike are taken out before.</summary>
    private const int MostPairs = 400;

    public static bool Same(IReadOnlyList<Answer> left, IReadOnlyList<Answer> right)
    {
        if (left.Count != right.Count) return false;
        // Unnamed values belong to different names in their order.
        if (HasSeveralNames(left) != HasSeveralNames(right)) return AnswerComparison.InOrder(left, right);
        var rest = right.GroupBy(item => item.Text).ToDictionary(group => group.Key, group => new Stack<Answer>(group));
        var open = left
            .Where(item => item.Text.Length == 0 || !rest.TryGetValue(item.Text, out var alike) || !alike.TryPop(out _))
            .ToList();
        var others = rest.Values.SelectMany(stack => stack).ToList();
        if ((long)open.Count * others.Count > MostPairs) return AnswerComparison.InOrder(open, others);
        foreach (var item in open)
        {
            var at = others.FindIndex(other => AnswerComparison.Same(item, other));
            if (at < 0) return false;
            others.RemoveAt(at);
        }
        return true;
    }

    private static bool HasSeveralNames(IReadOnlyList<Answer> items) =>
        items.OfType<Named>().Select(named => named.Name).Distinct().Skip(1).Any();
}
