using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Report;

/// <summary>Picks debates worth reading, the same ones for the same seed.</summary>
internal static class DebateExamples
{
    /// <summary>Debates whose first answers lost the vote but whose last ones won it for the truth.</summary>
    public static IReadOnlyList<Transcript> Corrected(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed, int count) =>
        Pick([.. debates.Where(debate => debate.Correct && RightIn(debate, 1, task) * 2 < debate.Turns.Count(turn => turn.Round == 1))], seed, count);

    /// <summary>Debates that end with a wrong vote.</summary>
    public static IReadOnlyList<Transcript> Lost(IReadOnlyList<Transcript> debates, Seed seed, int count) =>
        Pick([.. debates.Where(debate => !debate.Correct)], seed, count);

    /// <summary>Any debates.</summary>
    public static IReadOnlyList<Transcript> Any(IReadOnlyList<Transcript> debates, Seed seed, int count) => Pick([.. debates], seed, count);

    private static int RightIn(Transcript debate, int round, IDebateTask task) =>
        debate.Turns.Count(turn => turn.Round == round && turn.Answer is { } answer && task.Same(answer, debate.Truth));

    private static Transcript[] Pick(Transcript[] debates, Seed seed, int count)
    {
        seed.Generator().Shuffle(debates.AsSpan());
        return [.. debates.Take(count)];
    }
}
