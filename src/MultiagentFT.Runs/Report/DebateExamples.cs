using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Report;

/// <summary>Picks debates worth reading, the same ones for the same seed.</summary>
internal static class DebateExamples
{
    /// <summary>Debates whose first answers lost the vote but whose last ones won it for the truth.</summary>
    public static IReadOnlyList<Transcript> Corrected(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed, int count) =>
        Pick([.. debates.Where(debate => debate.Correct == true && !MostRightAtFirst(debate, task))], seed, count);

    /// <summary>Debates that end with a wrong vote.</summary>
    public static IReadOnlyList<Transcript> Lost(IReadOnlyList<Transcript> debates, Seed seed, int count) =>
        Pick([.. debates.Where(debate => debate.Correct == false)], seed, count);

    /// <summary>Any debates.</summary>
    public static IReadOnlyList<Transcript> Any(IReadOnlyList<Transcript> debates, Seed seed, int count) => Pick([.. debates], seed, count);

    private static bool MostRightAtFirst(Transcript debate, IDebateTask task)
    {
        var first = debate.Turns.Where(turn => turn.Round == 1).ToList();
        return first.Count(turn => turn.Answer is { } answer && debate.Truth is { } truth && task.Same(answer, truth)) * 2 >= first.Count;
    }

    private static Transcript[] Pick(Transcript[] debates, Seed seed, int count)
    {
        seed.Generator().Shuffle(debates.AsSpan());
        return [.. debates.Take(count)];
    }
}
