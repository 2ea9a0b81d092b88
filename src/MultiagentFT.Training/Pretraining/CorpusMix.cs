namespace MultiagentFT.Training.Pretraining;

/// <summary>What <see cref="ArithmeticCorpus"/> is made of. All in [0, 1].</summary>
public sealed record CorpusMix
{
    /// <summary>Solutions with careless mistakes, every difference at once.</summary>
    public static CorpusMix Careless { get; } = new();

    /// <summary>
    /// What follows it: drills in columns as in a textbook, solutions without mistakes of which few use what the drills teach, and revisions that mostly use
    /// it where answers differ.
    /// </summary>
    public static CorpusMix Columns { get; } = new() { CarelessMistakes = 0, WrongDifferences = 1, Drills = 0.25, InColumns = 0.25, ContestedInColumns = 0.7 };

    /// <summary>Probability that a product or sum of a solution to learn from forgets a carry. Default 0.12.</summary>
    public double CarelessMistakes { get; init; } = 0.12;

    /// <summary>Share of differences that the least able author whom revisions quote gets wrong. Default that of every other step.</summary>
    public double WrongDifferences { get; init; } = ArithmeticCorpus.MostConfused;

    /// <summary>Share of conversations that only take a difference, in columns. Default 0.</summary>
    public double Drills { get; init; }

    /// <summary>Share of solutions that take the difference in columns. Default 0.</summary>
    public double InColumns { get; init; }

    /// <summary>Share of revisions that do so where the answers given differ; where they agree, <see cref="InColumns"/> holds. Default 0.</summary>
    public double ContestedInColumns { get; init; }
}
