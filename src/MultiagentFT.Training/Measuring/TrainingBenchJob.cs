using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Measuring;

/// <summary>What <see cref="TrainingBench"/> measures.</summary>
public sealed record TrainingBenchJob
{
    /// <summary>A GGUF file.</summary>
    public required string Model { get; init; }

    /// <summary>How adapters are trained. Epochs and the longest conversation are the bench's own.</summary>
    public TrainingOptions Options { get; init; } = new();

    /// <summary>Adapters that are trained over one base in one process. Range [1, 64]. Default 1.</summary>
    public int Adapters { get; init; } = 1;

    /// <summary>Those of them that are trained at the same time. Range [1, 64]. Default 1.</summary>
    public int SideBySide { get; init; } = 1;

    /// <summary>Tokens of every sequence, at most a few less. Range [32, 65 536]. Default 512.</summary>
    public int Length { get; init; } = 512;

    /// <summary>Steps of each adapter that count, after one that does not. Range [1, 1000]. Default 5.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>All that is out of range, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (Adapters is < 1 or > 64) yield return $"adapters: expected 1 to 64, found {Adapters}";
        if (SideBySide is < 1 or > 64) yield return $"sideBySide: expected 1 to 64, found {SideBySide}";
        if (Length is < 32 or > 65_536) yield return $"length: expected 32 to 65536, found {Length}";
        if (Steps is < 1 or > 1000) yield return $"steps: expected 1 to 1000, found {Steps}";
        foreach (var error in Options.Validate()) yield return error;
    }
}
