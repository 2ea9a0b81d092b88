using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Datasets;

/// <summary>w·D(C-) + (1-w)·D(C+), by sampling without replacement.</summary>
internal static class CriticMixture
{
    /// <summary>
    /// How many examples of each side make a mixture whose negative share is as near to w as whole numbers allow, and
    /// as large as possible: the side that limits it is taken whole. Where one side is empty the share cannot be had,
    /// and all of the other is taken; so is everything where no share is asked for.
    /// </summary>
    public static (int Negatives, int Positives) Sizes(int negatives, int positives, double? share)
    {
        if (share is not { } w || negatives == 0 || positives == 0) return (negatives, positives);
        return negatives * (1 - w) <= positives * w
            ? (negatives, Round(negatives * (1 - w) / w))
            : (Round(positives * w / (1 - w)), positives);
    }

    /// <summary>Keeps <paramref name="count"/> items at random, in their order.</summary>
    public static IEnumerable<T> Sample<T>(IReadOnlyList<T> items, int count, SplitMix64 random)
    {
        var indices = Enumerable.Range(0, items.Count).ToArray();
        random.Shuffle<int>(indices);
        return indices.Take(count).Order().Select(index => items[index]);
    }

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);
}
