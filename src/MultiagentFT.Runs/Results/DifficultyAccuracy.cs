using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Results;

/// <summary>A method on the problems of one difficulty.</summary>
/// <param name="Name">Key of the method.</param>
/// <param name="Iteration">Iterations of finetuning before; 0 for methods without any.</param>
/// <param name="Right">Right votes.</param>
/// <param name="Accuracy">Their share.</param>
/// <param name="Interval">95 % confidence interval of the share (Wilson).</param>
public sealed record DifficultyAccuracy(string Name, int Iteration, int Right, double Accuracy, Interval Interval);
