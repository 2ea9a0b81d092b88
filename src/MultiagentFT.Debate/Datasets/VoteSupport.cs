using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Datasets;

/// <summary>Whether a vote has enough support to be a training target.</summary>
public static class VoteSupport
{
    /// <param name="transcript">A finished debate; without a vote it teaches nothing.</param>
    /// <param name="minimum">Last-round answers that have to agree with the vote; of fewer agents, all of them.</param>
    public static bool HasSupport(this Transcript transcript, int minimum) =>
        transcript.Vote is not null && transcript.Result.Votes >= Math.Min(minimum, transcript.LastAnswers);
}
