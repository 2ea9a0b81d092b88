using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Measuring;

/// <summary>One training as it was measured.</summary>
/// <param name="Objective">Its key.</param>
/// <param name="Adapters">Trained over one base.</param>
/// <param name="SideBySide">Of them, at the same time.</param>
/// <param name="Rank">Of each.</param>
/// <param name="Length">Tokens of the longest sequence.</param>
/// <param name="BatchTokens">Tokens of a step, at most.</param>
/// <param name="Steps">That counted, of each adapter.</param>
/// <param name="Keep">What was kept in memory.</param>
/// <param name="KeptBlocks">Blocks that were not computed again.</param>
/// <param name="TokensPerSecond">Tokens that went through the model and back.</param>
/// <param name="PeakShare">Operations that this takes (<see cref="TrainingOperations"/>) over those that a large product reaches in the same process.</param>
/// <param name="PeakOperationsPerSecond">The latter.</param>
/// <param name="PlannedBytes">Of resident memory.</param>
/// <param name="PeakBytes">Of resident memory, measured; 0 where the system does not say.</param>
public sealed record TrainingMeasurement(
    string Objective,
    int Adapters,
    int SideBySide,
    int Rank,
    int Length,
    int BatchTokens,
    int Steps,
    Kept Keep,
    int KeptBlocks,
    double TokensPerSecond,
    double PeakShare,
    double PeakOperationsPerSecond,
    long PlannedBytes,
    long PeakBytes);
