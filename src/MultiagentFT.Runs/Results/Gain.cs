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
public sealed record Gain(string Name, int Iteration, string Over, int OverIteration, double Difference, double StandardError)
{
    /// <summary>Compares two evaluations of the same problems.</summary>
    public static Gain Of(Evaluation better, Evaluation than)
    {
        var pairs = better.Transcripts.Zip(than.Transcripts, (left, right) => (Left: left.Correct, Right: right.Correct)).ToArray();
        double gained = pairs.Count(pair => pair is (true, false));
        double lost = pairs.Count(pair => pair is (false, true));
        var adjusted = pairs.Length + 2.0;
        var variance = (gained + lost + 2 - ((gained - lost) * (gained - lost) / adjusted)) / (adjusted * adjusted);
        return new Gain(
            better.Method.Key, better.Iteration, than.Method.Key, than.Iteration, (gained - lost) / pairs.Length, Math.Sqrt(variance));
    }

    /// <summary>The best evidence of a run: its last finetuned society (else its last finetuned agent) against everything else.</summary>
    public static IReadOnlyList<Gain> OfLast(IReadOnlyList<Evaluation> evaluations)
    {
        var best = evaluations.LastOrDefault(evaluation => evaluation.Method.Role == MethodRole.FinetunedSociety)
            ?? evaluations.LastOrDefault(evaluation => evaluation.Method.Role == MethodRole.FinetunedAgent);
        if (best is null) return [];
        return [.. evaluations
            .Where(evaluation => evaluation.Method.Key != best.Method.Key)
            .GroupBy(evaluation => evaluation.Method.Key)
            .Select(group => Of(best, group.Last()))];
    }
}
