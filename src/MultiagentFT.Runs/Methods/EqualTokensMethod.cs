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

    /// <summary>From the tokens of the debate of base agents where it was measured, else as many as a debate has answers and summaries.</summary>
    internal static int Answers(AnswerContext context)
    {
        var debate = context.Measured.LastOrDefault(evaluation => evaluation.Method.Key == DebateMethod.Key);
        return debate is null ? context.Debate().RequestsPerProblem : Nearest(debate);
    }

    /// <summary>The first round has answers as the vote will: their mean length is that of the vote's.</summary>
    private static int Nearest(Evaluation debate)
    {
        var debated = debate.Transcripts.Average(transcript => transcript.GeneratedTokens);
        var answer = debate.Transcripts.SelectMany(transcript => transcript.Turns).Where(turn => turn.Round == 1).Average(turn => turn.GeneratedTokens);
        return answer == 0 ? 1 : (int)Math.Clamp(Math.Round(debated / answer), 1, SampleRunner.MostSamples);
    }
}
