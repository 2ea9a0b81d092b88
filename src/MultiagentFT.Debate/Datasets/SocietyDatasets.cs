using MultiagentFT.Contracts.Datasets;

namespace MultiagentFT.Debate.Datasets;

/// <summary>What every agent of a society learns from, by agent.</summary>
/// <param name="Generators">D(G, n).</param>
/// <param name="Critics">The mixture of D(C-, n) and D(C+, n).</param>
/// <param name="Counts">How they came about.</param>
public sealed record SocietyDatasets(
    IReadOnlyList<IReadOnlyList<ChatExample>> Generators,
    IReadOnlyList<IReadOnlyList<ChatExample>> Critics,
    IReadOnlyList<DatasetCounts> Counts);
