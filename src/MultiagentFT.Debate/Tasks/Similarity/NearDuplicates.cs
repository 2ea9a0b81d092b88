using System.Runtime.InteropServices;
using MultiagentFT.Debate.Tasks.Files;

namespace MultiagentFT.Debate.Tasks.Similarity;

/// <summary>
/// Training problems that are nearly the same as an evaluation problem. Two problems are, where their numbers (also as words) and operators are equal and in the same order (so that
/// other numbers make another problem), and Jaccard's similarity of their pairs of neighbouring tokens (words in lower case, numbers, operators) is at least a
/// threshold: letter case, punctuation and blanks make no difference, and a changed word changes two pairs. The search is exact: of every set of pairs the rarest ones
/// are looked up, so many that sets as similar as that must share one of them (prefix filtering, Chaudhuri et al., ICDE 2006, Bayardo et al., WWW 2007), and whatever
/// shares one is compared in full.
/// </summary>
public static class NearDuplicates
{
    /// <summary>The default threshold: with it texts of 45 words may differ in 3 of them, and texts of 15 in one.</summary>
    public const double DefaultSimilarity = 0.7;

    /// <summary>One for each such training problem, in their order.</summary>
    /// <param name="training">The training problems.</param>
    /// <param name="evaluation">The evaluation problems.</param>
    /// <param name="similarity">The threshold, in (0, 1].</param>
    public static IReadOnlyList<NearDuplicate> Find(IReadOnlyList<Problem> training, IReadOnlyList<Problem> evaluation, double similarity = DefaultSimilarity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(similarity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(similarity, 1);
        ulong[][] sets = [.. training.Concat(evaluation).Select(problem => ShingleSet.Of(problem.Question))];
        var ranked = Ranked(sets);
        var (left, right) = (ranked[..training.Count], ranked[training.Count..]);
        var index = new Dictionary<int, List<int>>();
        for (var at = 0; at < right.Length; at++)
        {
            foreach (var shingle in Rarest(right[at]))
            {
                if (!index.TryGetValue(shingle, out var places)) index[shingle] = places = [];
                places.Add(at);
            }
        }
        var found = new List<NearDuplicate>();
        // The training problem, from 1, with which an evaluation problem shares one of the rarest pairs.
        var shares = new int[right.Length];
        for (var at = 0; at < left.Length; at++)
        {
            var first = right.Length;
            foreach (var shingle in Rarest(left[at]))
            {
                foreach (var place in index.GetValueOrDefault(shingle) ?? []) (shares[place], first) = (at + 1, Math.Min(first, place));
            }
            for (var other = first; other < right.Length; other++)
            {
                if (shares[other] != at + 1) continue;
                var value = ShingleSet.Similarity<int>(left[at], right[other]);
                if (value < similarity || !AskTheSame(training[at], evaluation[other], similarity)) continue;
                found.Add(new NearDuplicate(training[at], evaluation[other], value));
                break;
            }
        }
        return found;

        ReadOnlySpan<int> Rarest(int[] set) => set.AsSpan(0, set.Length == 0 ? 0 : set.Length - (int)Math.Ceiling((similarity * set.Length) - 1e-9) + 1);
    }

    /// <summary>Whether what is asked before choices is as similar too: the same choices make no question the same.</summary>
    private static bool AskTheSame(Problem left, Problem right, double similarity) =>
        RowChoices.Asked(left.Question) is not { } one || RowChoices.Asked(right.Question) is not { } other
        || ShingleSet.Similarity<ulong>(ShingleSet.Of(one), ShingleSet.Of(other)) >= similarity;

    /// <summary>The sets with every shingle as its place among all, the rarest first, ascending.</summary>
    private static int[][] Ranked(ulong[][] sets)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var shingle in sets.SelectMany(set => set)) CollectionsMarshal.GetValueRefOrAddDefault(counts, shingle, out _)++;
        var order = counts.ToArray();
        Array.Sort(order, (one, other) => one.Value != other.Value ? one.Value.CompareTo(other.Value) : one.Key.CompareTo(other.Key));
        for (var rank = 0; rank < order.Length; rank++) counts[order[rank].Key] = rank;
        return Array.ConvertAll(sets, set =>
        {
            var ranks = Array.ConvertAll(set, shingle => counts[shingle]);
            Array.Sort(ranks);
            return ranks;
        });
    }
}
