namespace MultiagentFT.Training.Pretraining;

/// <summary>How often the authors of <see cref="ArithmeticCorpus"/> work in which way. Each in [0, 1].</summary>
public sealed record CorpusMix
{
    /// <summary>Share of solutions that take the difference in columns. Default 0.25.</summary>
    public double InColumns { get; init; } = 0.25;

    /// <summary>Share of revisions that check the given answers instead of taking the difference again. Default 0.25.</summary>
    public double Checked { get; init; } = 0.25;
}
