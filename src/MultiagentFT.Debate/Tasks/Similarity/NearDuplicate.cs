namespace MultiagentFT.Debate.Tasks.Similarity;

/// <summary>A training problem and an evaluation problem that are nearly the same.</summary>
/// <param name="Training">The training problem.</param>
/// <param name="Evaluation">The first evaluation problem that is nearly the same.</param>
/// <param name="Similarity">Of their texts, in [0, 1].</param>
public sealed record NearDuplicate(Problem Training, Problem Evaluation, double Similarity);
