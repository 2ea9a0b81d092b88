namespace MultiagentFT.Debate.Datasets;

/// <summary>What the datasets of one agent were made of.</summary>
/// <param name="Agent">From 0.</param>
/// <param name="Debates">Transcripts that were looked at.</param>
/// <param name="GeneratorExamples">First answers that agree with the vote: D(G).</param>
/// <param name="NegativesFound">Trajectories from another answer to the vote: D(C-).</param>
/// <param name="PositivesFound">Trajectories that hold the vote from first to last: D(C+).</param>
/// <param name="NegativesKept">Those of D(C-) in the mixture.</param>
/// <param name="PositivesKept">Those of D(C+) in the mixture.</param>
public sealed record DatasetCounts(
    int Agent, int Debates, int GeneratorExamples, int NegativesFound, int PositivesFound, int NegativesKept, int PositivesKept);
