namespace MultiagentFT.Inference.Sampling;

/// <summary>
/// Finds where to cut a set of token keys, without sorting all of it: quickselect that follows the side on which the
/// wanted count or mass is reached. Linear in the number of keys on average. Reorders the keys.
/// </summary>
internal static class CutoffSearch
{
    /// <summary>Fewer keys than this are sorted.</summary>
    private const int SortBelow = 24;

    private interface IMeasure
    {
        static abstract double Of(ulong key);
    }

    /// <summary>The smallest of the <paramref name="count"/> largest keys.</summary>
    public static ulong ByCount(Span<ulong> keys, int count) => Search<CountMeasure>(keys, count);

    /// <summary>The smallest key of the smallest set of largest keys whose weights sum to <paramref name="mass"/> or more.</summary>
    public static ulong ByMass(Span<ulong> keys, double mass) => Search<MassMeasure>(keys, mass);

    private static ulong Search<TMeasure>(Span<ulong> keys, double target)
        where TMeasure : struct, IMeasure
    {
        var reached = 0.0;
        var last = ulong.MaxValue;
        while (keys.Length >= SortBelow)
        {
            var split = Partition(keys);
            var above = 0.0;
            foreach (var key in keys[..split]) above += TMeasure.Of(key);
            if (reached + above >= target)
            {
                keys = keys[..split];
                continue;
            }
            last = keys[split];
            reached += above + TMeasure.Of(last);
            if (reached >= target) return last;
            keys = keys[(split + 1)..];
        }
        keys.Sort();
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            last = keys[i];
            reached += TMeasure.Of(last);
            if (reached >= target) return last;
        }
        return last;
    }

    /// <summary>Moves the keys above a pivot to the front, the pivot behind them, and returns where the pivot is.</summary>
    private static int Partition(Span<ulong> keys)
    {
        var pivot = Median(keys[0], keys[keys.Length / 2], keys[^1]);
        var above = 0;
        var place = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            // Swapped either way: whether a key is above the pivot is a toss-up, which no branch predictor wins.
            var key = keys[i];
            keys[i] = keys[above];
            keys[above] = key;
            if (key == pivot) place = above;
            above += key >= pivot ? 1 : 0;
        }
        (keys[place], keys[above - 1]) = (keys[above - 1], keys[place]);
        return above - 1;
    }

    private static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    private readonly struct CountMeasure : IMeasure
    {
        public static double Of(ulong key) => 1;
    }

    private readonly struct MassMeasure : IMeasure
    {
        public static double Of(ulong key) => TokenKey.Weight(key);
    }
}
