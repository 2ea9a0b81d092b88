using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Results;

/// <summary>One row of the result table.</summary>
/// <param name="Name">Key of the method.</param>
/// <param name="Iteration">Iterations of finetuning before this evaluation; 0 for methods without any.</param>
/// <param name="Accuracy">Share of right votes on the evaluation problems; null where no right answer is known.</param>
/// <param name="StandardError">Of the accuracy: sqrt(p(1−p)/n); null with it.</param>
/// <param name="Problems">n: problems whose right answers are known, or all where none is.</param>
/// <param name="Answers">Answers that vote on each problem.</param>
/// <param name="GeneratedTokens">Tokens generated for this evaluation, summaries included.</param>
/// <param name="TrainingGeneratedTokens">Tokens generated to make the datasets of all iterations so far.</param>
/// <param name="TrainedTokens">Tokens that went through trainings of all iterations so far, those included of agents from whose debates it learned.</param>
/// <param name="Seconds">Wall-clock time of all of that: evaluation, making datasets, trainings.</param>
/// <param name="EvaluationSeconds">The evaluation's part of <paramref name="Seconds"/>.</param>
/// <param name="FailedAnswers">Answers and summaries of this evaluation that the engine could not give; they do not vote.</param>
/// <param name="CutAnswers">Answers of this evaluation that ended at the limit of their length.</param>
/// <param name="Debate">How the answers agree, and what revisions do.</param>
/// <param name="Diversity">How different the agents of a debate are; null where that was not measured.</param>
public sealed record MethodResult(
    string Name,
    int Iteration,
    double? Accuracy,
    double? StandardError,
    int Problems,
    int Answers,
    long GeneratedTokens,
    long TrainingGeneratedTokens,
    long TrainedTokens,
    double Seconds,
    double EvaluationSeconds,
    int FailedAnswers = 0,
    int CutAnswers = 0,
    DebateFigures? Debate = null,
    DiversityFigures? Diversity = null)
{
    /// <summary>95 % confidence interval of the accuracy; null with it.</summary>
    public Interval? Interval => Accuracy is { } mean ? MultiagentFT.Debate.Protocol.Interval.Wilson(mean, Problems) : null;
}
