using System.Text.Json.Serialization;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Experiments;

/// <summary>A method on a task, over all seeds of an experiment.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Task">Name of the task.</param>
/// <param name="Method">Key of the method.</param>
/// <param name="Iteration">Iterations of finetuning before; 0 for methods without any.</param>
/// <param name="Accuracies">By seed, in the order of <see cref="Seeds"/>; null where no right answer is known.</param>
/// <param name="Problems">Evaluation problems of all seeds together whose right answers are known.</param>
/// <param name="Right">Those answered right.</param>
/// <param name="GeneratedTokens">Tokens of the evaluation, mean over seeds.</param>
/// <param name="TrainingGeneratedTokens">Tokens generated to make datasets so far, mean over seeds.</param>
/// <param name="TrainedTokens">Tokens trained so far, mean over seeds.</param>
/// <param name="Seconds">Of all of that, mean over seeds.</param>
/// <param name="Consensus">Share of first answers that equal the first round's vote, mean over seeds.</param>
/// <param name="WrongToRight">Agents whose last answer is right and whose first is not, all seeds together.</param>
/// <param name="RightToWrong">The reverse.</param>
/// <param name="Revisions">What debates do to answers, all seeds together; null where none had more than one round.</param>
/// <param name="Diversity">How different the agents of a debate are: means over seeds, responses of all together; null where that was not measured.</param>
public sealed record ExperimentRow(
    string Model,
    string Task,
    string Method,
    int Iteration,
    IReadOnlyList<double?> Accuracies,
    int Problems,
    int Right,
    double GeneratedTokens,
    double TrainingGeneratedTokens,
    double TrainedTokens,
    double Seconds,
    double Consensus,
    int WrongToRight,
    int RightToWrong,
    RevisionFigures? Revisions = null,
    DiversityFigures? Diversity = null)
{
    /// <summary>Of the runs that ended, in the order of the file.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [];

    /// <summary>Null where no right answer is known.</summary>
    public double? Accuracy => Problems == 0 ? null : Right / (double)Problems;

    /// <summary>95 % interval of the accuracy, problems of all seeds pooled.</summary>
    public Interval Interval => Interval.Wilson(Accuracy ?? 0, Problems);

    /// <summary>Such as <c>61.4 %</c>.</summary>
    [JsonIgnore]
    public string AccuracyText => Accuracy is { } known ? FormattableString.Invariant($"{100 * known:0.0} %") : "not known";

    /// <summary>Such as <c>58.2 to 64.5</c>, in per cent.</summary>
    [JsonIgnore]
    public string IntervalText => Accuracy is null ? "–" : FormattableString.Invariant($"{100 * Interval.Low:0.0} to {100 * Interval.High:0.0}");
}
