using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Protocol;

/// <summary>
/// Which debates end before their last round. Every turn has a seed of its own, so that a debate which stops is the beginning of the one that goes on:
/// what stopping gives can be told from debates that did not stop.
/// </summary>
public static class EarlyStop
{
    /// <summary>The transcript up to where the debate would have ended.</summary>
    public static Transcript Apply(DebateStop stop, Transcript transcript, IDebateTask task)
    {
        var rounds = Enumerable.Range(1, transcript.Rounds).First(round => round == transcript.Rounds || Ends(stop, transcript.Turns, transcript.Votes[round - 1], task));
        return rounds == transcript.Rounds
            ? transcript
            : transcript with { Turns = [.. transcript.Turns.Where(turn => turn.Round <= rounds)], Votes = [.. transcript.Votes.Take(rounds)] };
    }

    /// <param name="stop">When debates end.</param>
    /// <param name="turns">At least those of the vote's round and of the one before.</param>
    /// <param name="vote">Of the round that is over.</param>
    /// <param name="task">Compares answers.</param>
    internal static bool Ends(DebateStop stop, IEnumerable<Turn> turns, RoundVote vote, IDebateTask task)
    {
        if (stop == DebateStop.Never) return false;
        var answers = Answers(turns, vote.Round);
        return (answers.Count > 1 && vote.Votes == answers.Count)
            || (stop == DebateStop.Settled && vote.Round > 1 && answers.Zip(Answers(turns, vote.Round - 1)).All(pair => IsKept(pair.First, pair.Second)));

        bool IsKept(string? answer, string? before) => answer is not null && before is not null && task.Same(before, answer);
    }

    private static List<string?> Answers(IEnumerable<Turn> turns, int round) =>
        [.. turns.Where(turn => turn.Round == round).OrderBy(turn => turn.Agent).Select(turn => turn.Answer)];
}
