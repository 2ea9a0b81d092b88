using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Results;

/// <summary>A method on the evaluation problems.</summary>
/// <param name="Method">The method.</param>
/// <param name="Iteration">Iterations of finetuning before; 0 for methods without any.</param>
/// <param name="Transcripts">In the order of the problems.</param>
/// <param name="Seconds">Wall-clock time of the evaluation.</param>
/// <param name="Before">What was spent before it.</param>
public sealed record Evaluation(Method Method, int Iteration, IReadOnlyList<Transcript> Transcripts, double Seconds, Cost Before)
{
    /// <summary>How different its agents are; null where that was not measured.</summary>
    public DiversityFigures? Diversity { get; init; }

    /// <summary>Whether agents answered each other.</summary>
    public bool IsDebate => Transcripts.Any(transcript => transcript.Rounds > 1);

    /// <summary>Whether the right answer of any problem is known.</summary>
    public bool HasAccuracy => Transcripts.Any(transcript => transcript.Correct is not null);

    /// <summary>The row of the result table.</summary>
    /// <param name="task">Compares answers.</param>
    public MethodResult Result(IDebateTask task)
    {
        var accuracy = Accuracy.Of(Transcripts);
        var answers = AnswerCounts.Of(Transcripts);
        return new MethodResult(
            Method.Key,
            Iteration,
            accuracy.IsKnown ? accuracy.Mean : null,
            accuracy.IsKnown ? accuracy.StandardError : null,
            accuracy.IsKnown ? accuracy.Count : Transcripts.Count,
            Transcripts.Count == 0 ? 0 : Transcripts[0].LastAnswers,
            Transcripts.Sum(transcript => transcript.GeneratedTokens),
            Before.GeneratedTokens,
            Before.TrainedTokens,
            Math.Round(Before.Seconds + Seconds, 3),
            Math.Round(Seconds, 3),
            answers.Failed,
            answers.Cut,
            DebateFigures.Of(Transcripts, task),
            Diversity);
    }
}
