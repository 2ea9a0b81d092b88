using MathNet.Numerics.Distributions;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Results;

/// <summary>How much one method is better than another on the same problems.</summary>
/// <param name="Name">Key of the method.</param>
/// <param name="Iteration">Its iteration.</param>
/// <param name="Over">Key of what it is compared with.</param>
/// <param name="OverIteration">Its iteration.</param>
/// <param name="Difference">Accuracy minus accuracy.</param>
/// <param name="StandardError">Of the difference, paired by problem: sqrt(var(d) / n), d in {−1, 0, 1}.</param>
/// <param name="Won">Problems that only the first answers right.</param>
/// <param name="Lost">Problems that only the second answers right.</param>
/// <param name="PValue">McNemar's exact test, two-sided: how often chance alone would part wins and losses this far or farther.</param>
public sealed record Gain(
    string Name, int Iteration, string Over, int OverIteration, double Difference, double StandardError, int Won, int Lost, double PValue)
{
    /// <summary>Compares two evaluations of the same problems, on those whose right answers are known.</summary>
    public static Gain Of(Evaluation better, Evaluation than)
    {
        var differences = better.Transcripts
            .Zip(than.Transcripts)
            .Where(pair => pair.First.Correct is not null && pair.Second.Correct is not null)
            .Select(pair => (pair.First.Correct == true ? 1.0 : 0) - (pair.Second.Correct == true ? 1.0 : 0))
            .ToArray();
        var mean = differences.Average();
        var variance = differences.Average(difference => (difference - mean) * (difference - mean));
        var (won, lost) = (differences.Count(difference => difference > 0), differences.Count(difference => difference < 0));
        return new Gain(
            better.Method.Key, better.Iteration, than.Method.Key, than.Iteration,
            mean, Math.Sqrt(variance / differences.Length), won, lost, McNemar(won, lost));
    }

    /// <summary>The exact two-sided test that wins and losses are equally likely.</summary>
    internal static double McNemar(int won, int lost) =>
        won + lost == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, won + lost, Math.Min(won, lost)));

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
