using MathNet.Numerics.Distributions;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Results;

/// <summary>How much one method is better than another on the same problems.</summary>
/// <param name="Name">Key of the method.</param>
/// <param name="Iteration">Its iteration.</param>
/// <param name="Over">Key of what it is compared with.</param>
/// <param name="OverIteration">Its iteration.</param>
/// <param name="Difference">Accuracy minus accuracy.</param>
/// <param name="StandardError">
/// Of the difference, paired by problem, with one problem more that each of the two alone answers right (Bonett and Price 2012):
/// it is above 0 also where the two agree on every problem.
/// </param>
/// <param name="Won">Problems that only the first answers right.</param>
/// <param name="Lost">Problems that only the second answers right.</param>
/// <param name="PValue">McNemar's exact test, two-sided: how often chance alone would part wins and losses this far or farther.</param>
public sealed record Gain(
    string Name, int Iteration, string Over, int OverIteration, double Difference, double StandardError, int Won, int Lost, double PValue)
{
    /// <summary>Problems whose right answers are known.</summary>
    public int Problems { get; init; }

    /// <summary>The 95 % interval of the difference, by the percentile bootstrap over problems; null where no right answer is known.</summary>
    public Interval? Interval => Problems > 0 ? PairedBootstrap.Of((Won, Lost, Problems)) : null;

    /// <summary>Compares two evaluations of the same problems, on those whose right answers are known.</summary>
    public static Gain Of(Evaluation better, Evaluation than)
    {
        var pairs = better.Transcripts.Zip(than.Transcripts)
            .Where(pair => pair.First.Correct is not null && pair.Second.Correct is not null)
            .Select(pair => (Left: pair.First.Correct == true, Right: pair.Second.Correct == true))
            .ToArray();
        var (won, lost) = (pairs.Count(pair => pair is (true, false)), pairs.Count(pair => pair is (false, true)));
        var adjusted = pairs.Length + 2.0;
        var variance = (won + lost + 2 - ((double)(won - lost) * (won - lost) / adjusted)) / (adjusted * adjusted);
        return new Gain(
            better.Method.Key, better.Iteration, than.Method.Key, than.Iteration,
            (won - lost) / (double)pairs.Length, Math.Sqrt(variance), won, lost, McNemar(won, lost))
        { Problems = pairs.Length };
    }

    /// <summary>The exact two-sided test that wins and losses are equally likely.</summary>
    internal static double McNemar(int won, int lost) =>
        won + lost == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, won + lost, Math.Min(won, lost)));

    /// <summary>Every evaluation against every one before it.</summary>
    public static IReadOnlyList<Gain> OfAll(IReadOnlyList<Evaluation> evaluations)
    {
        var known = evaluations.Where(evaluation => evaluation.HasAccuracy).ToList();
        return [.. known.Index().SelectMany(later => known.Take(later.Index).Select(earlier => Of(later.Item, earlier)))];
    }

    /// <summary>The best evidence of a run: its last finetuned society (else its last finetuned agent) against everything else.</summary>
    public static IReadOnlyList<Gain> OfLast(IReadOnlyList<Evaluation> evaluations)
    {
        var best = evaluations.LastOrDefault(evaluation => evaluation.Method.Role == MethodRole.FinetunedSociety)
            ?? evaluations.LastOrDefault(evaluation => evaluation.Method.Role == MethodRole.FinetunedAgent);
        if (best is null || !best.HasAccuracy) return [];
        return [.. evaluations
            .Where(evaluation => evaluation.Method.Key != best.Method.Key)
            .GroupBy(evaluation => evaluation.Method.Key)
            .Select(group => Of(best, group.Last()))];
    }
}
