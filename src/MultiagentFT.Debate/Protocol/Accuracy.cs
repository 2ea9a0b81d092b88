namespace MultiagentFT.Debate.Protocol;

/// <summary>A share of right answers.</summary>
/// <param name="Mean">p, in [0, 1].</param>
/// <param name="StandardError">Standard error of the mean, sqrt(p (1 − p) / n).</param>
/// <param name="Count">n.</param>
public readonly record struct Accuracy(double Mean, double StandardError, int Count)
{
    public Interval Interval => Interval.Wilson(Mean, Count);

    /// <summary>The accuracy over some problems; all zero without problems.</summary>
    public static Accuracy Of(IReadOnlyList<bool> correct)
    {
        if (correct.Count == 0) return default;
        var mean = correct.Count(right => right) / (double)correct.Count;
        return new Accuracy(mean, Math.Sqrt(mean * (1 - mean) / correct.Count), correct.Count);
    }

    /// <summary>Whether the right answer of any problem is known.</summary>
    public bool IsKnown => Count > 0;

    /// <summary>The accuracy of the votes on problems whose right answers are known.</summary>
    public static Accuracy Of(IEnumerable<Transcript> transcripts) =>
        Of([.. transcripts.Select(transcript => transcript.Correct).OfType<bool>()]);
}
