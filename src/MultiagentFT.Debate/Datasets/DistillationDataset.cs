using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Datasets;

/// <summary>What a debate ended with, as an answer to its first prompt.</summary>
public static class DistillationDataset
{
    /// <summary>
    /// One example for each last answer that agrees with its debate's vote, where enough agents stand behind it, in their order; texts that
    /// several agents wrote count once; the truth is never read.
    /// </summary>
    /// <param name="transcripts">Debates.</param>
    /// <param name="task">Compares answers.</param>
    /// <param name="minimumVotes">As <see cref="DatasetOptions.MinimumVotes"/>.</param>
    /// <param name="beginning">What came before the user message.</param>
    public static IReadOnlyList<ChatExample> Of(IReadOnlyList<Transcript> transcripts, IDebateTask task, int minimumVotes, IReadOnlyList<ChatMessage>? beginning = null) =>
        [.. from transcript in transcripts
            where transcript.HasSupport(minimumVotes)
            let vote = transcript.Vote!
            from turn in transcript.Turns.Where(turn => turn.Round == transcript.Rounds).DistinctBy(turn => turn.Text)
            where turn.IsLearnable() && task.Same(turn.Answer!, vote)
            select ChatExample.After(beginning ?? [], [ChatMessage.User(transcript.Turns[0].Prompt), ChatMessage.Assistant(turn.Text)])];
}
