using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Methods;

/// <summary>Vote over as many answers as cost the tokens of a debate: what the same compute gives without one.</summary>
internal static class EqualTokensMethod
{
    public static Method Method { get; } = new()
    {
        Key = "majority-equal-tokens",
        Title = "Majority at equal tokens",
        Description = "a vote over as many answers as generate the tokens of a debate",
        Role = MethodRole.Baseline,
        After = [DebateMethod.Key],
        Protocol = context => context.Samples(Answers(context)),
    };

    /// <summary>
    /// As many answers of the first generator as generate the tokens of the society's last debate: the finetuned society's where
    /// <paramref name="of"/> is its method, else that of base agents; where none was measured, as many as a debate has answers and summaries.
    /// </summary>
    /// <param name="context">Whose evaluations tell how long debates and answers are.</param>
    /// <param name="of">Key of a method that debates.</param>
    /// <param name="own">Key of the method that answers, whose own answers tell their length once there are any; else those of base agents do.</param>
    internal static int Answers(AnswerContext context, string of = DebateMethod.Key, string? own = null)
    {
        var debate = Last(of) ?? Last(DebateMethod.Key);
        if (debate is null) return context.Debate().RequestsPerProblem;
        var debated = debate.Transcripts.Average(transcript => transcript.GeneratedTokens);
        var first = (own is null ? null : Last(own)) ?? Last(DebateMethod.Key) ?? debate;
        var answer = first.Transcripts.SelectMany(transcript => transcript.Turns).Where(turn => turn.Round == 1).Average(turn => turn.GeneratedTokens);
        return answer == 0 ? 1 : (int)Math.Clamp(Math.Round(debated / answer), 1, SampleRunner.MostSamples);

        Evaluation? Last(string key) => context.Measured.LastOrDefault(evaluation => evaluation.Method.Key == key);
    }
}
