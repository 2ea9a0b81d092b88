using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Datasets;

/// <summary>Whether enough agents stand behind a vote for its debate to teach.</summary>
internal static class VoteSupport
{
    /// <param name="transcript">A finished debate; without a vote it teaches nothing.</param>
    /// <param name="task">Compares answers.</param>
    /// <param name="minimum">Last-round answers that have to agree with the vote; of fewer agents, all of them.</param>
    public static bool Suffices(Transcript transcript, IDebateTask task, int minimum)
    {
        if (transcript.Vote is not { } vote) return false;
        var last = transcript.Rounds;
        var answers = transcript.Turns.Where(turn => turn.Round == last).ToList();
        return answers.Count(turn => turn.Answer is { } answer && task.Same(answer, vote)) >= Math.Min(minimum, answers.Count);
    }
}
