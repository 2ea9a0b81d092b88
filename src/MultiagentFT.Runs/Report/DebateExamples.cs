using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Report;

/// <summary>Picks debates worth reading, the same ones for the same seed.</summary>
internal static class DebateExamples
{
    /// <summary>Debates whose first vote is wrong and whose last one is right.</summary>
    public static IReadOnlyList<Transcript> Corrected(IReadOnlyList<Transcript> debates, Seed seed, int count) =>
        Pick([.. debates.Where(debate => debate.Votes[0].Correct == false && debate.Correct == true)], seed, count);

    /// <summary>Debates that end with a wrong vote.</summary>
    public static IReadOnlyList<Transcript> Lost(IReadOnlyList<Transcript> debates, Seed seed, int count) =>
        Pick([.. debates.Where(debate => debate.Correct == false)], seed, count);

    /// <summary>Any debates.</summary>
    public static IReadOnlyList<Transcript> Any(IReadOnlyList<Transcript> debates, Seed seed, int count) => Pick([.. debates], seed, count);

    private static Transcript[] Pick(Transcript[] debates, Seed seed, int count)
    {
        seed.Generator().Shuffle(debates.AsSpan());
        return [.. debates.Take(count)];
    }
}
