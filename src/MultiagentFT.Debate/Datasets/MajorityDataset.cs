using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Datasets;

/// <summary>The comparison with one agent: it learns from all samples that agree with the vote over them.</summary>
public static class MajorityDataset
{
    /// <summary>
    /// One example for each first-round answer that agrees with its transcript's vote, where enough samples do, in their order;
    /// the truth is never read.
    /// </summary>
    /// <param name="transcripts">As <see cref="SampleRunner"/> gives them.</param>
    /// <param name="task">Compares answers.</param>
    /// <param name="minimumVotes">As <see cref="DatasetOptions.MinimumVotes"/>.</param>
    /// <param name="beginning">What came before the user message.</param>
    public static IReadOnlyList<ChatExample> Of(
        IReadOnlyList<Transcript> transcripts, IDebateTask task, int minimumVotes, IReadOnlyList<ChatMessage>? beginning = null) =>
        [.. from transcript in transcripts
            where transcript.HasSupport(minimumVotes)
            from turn in transcript.Turns
            where turn.Round == 1 && turn.IsLearnable() && transcript.Vote is { } vote && task.Same(turn.Answer!, vote)
            select ChatExample.After(beginning ?? [], Conversation.Of([turn]))];
}
