using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Voting;

/// <summary>The vote that ends a debate: the largest group of equal answers wins (paper, section 2), or where answers have weights the heaviest.</summary>
public static class MajorityVote
{
    /// <summary>
    /// Groups answers and counts. Graded equality need not be transitive, so an answer joins the first group whose
    /// first member it equals: the groups depend on the order of the answers and on nothing else.
    /// </summary>
    /// <param name="answers">One for each agent; null does not vote.</param>
    /// <param name="same">Whether two answers mean the same; called with (first member of a group, answer).</param>
    /// <param name="random">Breaks ties; untouched when there is none.</param>
    /// <param name="weights">Of each answer, 0 or more; null counts all the same.</param>
    public static VoteResult Decide(IReadOnlyList<string?> answers, Func<string, string, bool> same, SplitMix64 random, IReadOnlyList<double>? weights = null)
    {
        var groups = new List<(string Representative, int Votes, double Weight)>();
        foreach (var (i, answer) in answers.Index())
        {
            if (answer is null) continue;
            var weight = weights?[i] ?? 1;
            var index = groups.FindIndex(group => same(group.Representative, answer));
            if (index < 0) groups.Add((answer, 1, weight));
            else groups[index] = groups[index] with { Votes = groups[index].Votes + 1, Weight = groups[index].Weight + weight };
        }
        if (groups.Count == 0) return new VoteResult(null, 0, 0);

        var most = groups.Max(group => group.Weight);
        var leaders = groups.FindAll(group => group.Weight == most);
        var winner = leaders.Count == 1 ? leaders[0] : leaders[random.Next(leaders.Count)];
        return new VoteResult(winner.Representative, winner.Votes, groups.Sum(group => group.Votes));
    }
}
