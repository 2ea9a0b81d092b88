namespace MultiagentFT.Training.Pretraining;

/// <summary>What a corpus is made of. All in [0, 1].</summary>
public sealed record CorpusMix
{
    /// <summary>Share of steps that the least able author whom revisions quote gets wrong.</summary>
    internal const double MostConfused = 0.2;

    /// <summary>Solutions with careless mistakes, every difference at once.</summary>
    public static CorpusMix Careless { get; } = new();

    /// <summary>
    /// What follows it: drills in columns as in a textbook, solutions without mistakes of which few use what the drills teach, and revisions that mostly use
    /// it where answers differ.
    /// </summary>
    public static CorpusMix Columns { get; } = new() { CarelessMistakes = 0, WrongDifferences = 1, Drills = 0.25, InColumns = 0.25, ContestedInColumns = 0.7 };

    /// <summary>The same with word problems and symbolic problems, half of it still arithmetic.</summary>
    public static CorpusMix Families { get; } = Columns with { WordProblems = 0.25, Symbolic = 0.25 };

    /// <summary>The mixes that have a name, in the order in which they are learned.</summary>
    public static IReadOnlyDictionary<string, CorpusMix> Named { get; } =
        new OrderedDictionary<string, CorpusMix> { ["careless"] = Careless, ["columns"] = Columns, ["families"] = Families };

    /// <summary>Probability that a product or sum of a solution to learn from forgets a carry. Default 0.12.</summary>
    public double CarelessMistakes { get; init; } = 0.12;

    /// <summary>Share of differences that the least able author whom revisions quote gets wrong. Default that of every other step.</summary>
    public double WrongDifferences { get; init; } = MostConfused;

    /// <summary>Share of conversations about arithmetic that only take a difference, in columns. Default 0.</summary>
    public double Drills { get; init; }

    /// <summary>Share of solutions that take differences in columns. Default 0.</summary>
    public double InColumns { get; init; }

    /// <summary>Share of revisions that do so where the answers given differ; where they agree, <see cref="InColumns"/> holds. Default 0.</summary>
    public double ContestedInColumns { get; init; }

    /// <summary>Share of conversations about word problems. Default 0.</summary>
    public double WordProblems { get; init; }

    /// <summary>Share of conversations about symbolic problems. Default 0.</summary>
    public double Symbolic { get; init; }
}
