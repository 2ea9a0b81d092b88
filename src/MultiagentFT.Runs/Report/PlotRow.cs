using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report;

/// <summary>What plots need of a method after an iteration.</summary>
/// <param name="Method">Its key.</param>
/// <param name="Iteration">0 for methods that are not finetuned.</param>
/// <param name="Accuracy">In [0, 1]; null where no right answer is known.</param>
/// <param name="Interval">Of the accuracy; null with it.</param>
/// <param name="Tokens">Generated in the evaluation.</param>
/// <param name="Consensus">Share of first answers that equal the first round's vote, in [0, 1].</param>
/// <param name="WrongToRight">Agents that turned right.</param>
/// <param name="RightToWrong">Agents that turned wrong.</param>
/// <param name="Diversity">How different the agents are; null where it was not measured.</param>
internal sealed record PlotRow(
    string Method, int Iteration, double? Accuracy, Interval? Interval, double Tokens, double Consensus, int WrongToRight, int RightToWrong, DiversityFigures? Diversity = null)
{
    public static PlotRow Of(MethodResult row) => new(
        row.Name, row.Iteration, row.Accuracy, row.Interval, row.GeneratedTokens, row.Debate?.Consensus ?? 0, row.Debate?.WrongToRight ?? 0, row.Debate?.RightToWrong ?? 0,
        row.Diversity);

    public static PlotRow Of(ExperimentRow row) => new(
        row.Method, row.Iteration, row.Accuracy, row.Accuracy is null ? null : row.Interval, row.GeneratedTokens, row.Consensus, row.WrongToRight, row.RightToWrong,
        row.Diversity);
}
