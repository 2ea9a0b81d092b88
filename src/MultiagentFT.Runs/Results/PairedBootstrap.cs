using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Results;

/// <summary>
/// The percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of a difference of accuracies on the same problems. Drawing problems anew with repetition
/// makes of each draw a win, a loss or neither, so the distribution over all resamples is known without drawing any.
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>Problems up to which the distribution is added up; with more it is normal for all that can be told.</summary>
    private const int MostExact = 4096;

    /// <summary>The 97.5th percentile of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    private const double Tail = 0.025;

    /// <summary>The 95 % interval of the difference over the problems of all runs, which are drawn within each run. Of outcomes that never differ it has no width.</summary>
    /// <param name="runs">Of each: problems that only the first answers right, that only the second does, and all. At least one run; each has problems.</param>
    /// <returns>Within [-1, 1].</returns>
    public static Interval Of(params IReadOnlyList<(int Won, int Lost, int Problems)> runs)
    {
        var all = runs.Sum(run => run.Problems);
        return all <= MostExact ? Exact(runs, all) : Normal(runs, all);
    }

    private static Interval Exact(IReadOnlyList<(int Won, int Lost, int Problems)> runs, int all)
    {
        // Of wins less losses, from -all on.
        var (chances, next) = (new double[(2 * all) + 1], new double[(2 * all) + 1]);
        chances[all] = 1;
        var drawn = 0;
        foreach (var (won, lost, problems) in runs)
        {
            var (up, down) = (won / (double)problems, lost / (double)problems);
            var same = 1 - up - down;
            for (var i = 0; i < problems; i++)
            {
                drawn++;
                for (var at = all - drawn; at <= all + drawn; at++)
                    next[at] = (same * chances[at]) + (at > 0 ? up * chances[at - 1] : 0) + (at < 2 * all ? down * chances[at + 1] : 0);
                (chances, next) = (next, chances);
            }
        }
        return new Interval(Percentile(Tail), Percentile(1 - Tail));

        double Percentile(double share)
        {
            var (sum, at) = (chances[0], 0);
            // A little less, as sums of exact halves are rounded.
            while (sum < share - 1e-12 && at < 2 * all) sum += chances[++at];
            return (at - all) / (double)all;
        }
    }

    private static Interval Normal(IReadOnlyList<(int Won, int Lost, int Problems)> runs, double all)
    {
        var (mean, variance) = (0.0, 0.0);
        foreach (var (won, lost, problems) in runs)
        {
            var difference = (won - lost) / (double)problems;
            mean += (won - lost) / all;
            variance += (((won + lost) / (double)problems) - (difference * difference)) * problems / (all * all);
        }
        var half = Z * Math.Sqrt(variance);
        return new Interval(Math.Max(-1, mean - half), Math.Min(1, mean + half));
    }
}
