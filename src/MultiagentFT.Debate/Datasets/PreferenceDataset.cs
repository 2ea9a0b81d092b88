using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Debate.Datasets;

/// <summary>
/// What debates prefer (MACA, arXiv 2509.15172): answers to the first prompt that come to the vote over first answers that do not, of all agents together. Wanted are first
/// answers and, as answers to the first prompt, those with which agents left the debate. Texts that several agents wrote count once, unfinished answers
/// are on neither side, and the truth is never read.
/// </summary>
/// <param name="task">Compares answers.</param>
/// <param name="minimumVotes">As <see cref="DatasetOptions.MinimumVotes"/>.</param>
/// <param name="beginning">What came before the user message.</param>
public sealed class PreferenceDataset(IDebateTask task, int minimumVotes, IReadOnlyList<ChatMessage>? beginning = null)
{
    /// <summary>One pair for each unwanted answer of a debate that has wanted ones too, which take turns.</summary>
    public IReadOnlyList<PreferencePair> Pairs(IReadOnlyList<Transcript> transcripts) =>
    [
        .. from sides in Sides(transcripts)
           where sides.Wanted.Count > 0
           from unwanted in sides.Unwanted.Index()
           select new PreferencePair(
               sides.Prompt, [ChatMessage.Assistant(sides.Wanted[unwanted.Index % sides.Wanted.Count])], [ChatMessage.Assistant(unwanted.Item)]),
    ];

    /// <summary>Every wanted and unwanted answer with its label, debate by debate.</summary>
    public IReadOnlyList<LabelledCompletion> Labelled(IReadOnlyList<Transcript> transcripts) =>
    [
        .. from sides in Sides(transcripts)
           from answer in sides.Wanted.Select(text => (Text: text, IsWanted: true)).Concat(sides.Unwanted.Select(text => (Text: text, IsWanted: false)))
           select new LabelledCompletion(sides.Prompt, [ChatMessage.Assistant(answer.Text)], answer.IsWanted),
    ];

    private IEnumerable<(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<string> Wanted, IReadOnlyList<string> Unwanted)> Sides(IReadOnlyList<Transcript> transcripts) =>
        from transcript in transcripts
        where transcript.HasSupport(minimumVotes)
        let answers = transcript.Turns.Where(turn => turn.Round == 1 || turn.Round == transcript.Rounds).Where(turn => turn.IsLearnable()).OrderBy(turn => turn.Round).ThenBy(turn => turn.Agent).ToList()
        let wanted = answers.Where(turn => task.Same(turn.Answer!, transcript.Vote!)).Select(turn => turn.Text).Distinct().ToList()
        let unwanted = answers.Where(turn => turn.Round == 1 && !task.Same(turn.Answer!, transcript.Vote!)).Select(turn => turn.Text).Distinct().ToList()
        select ((IReadOnlyList<ChatMessage>)[.. beginning ?? [], ChatMessage.User(transcript.Turns[0].Prompt)], (IReadOnlyList<string>)wanted, (IReadOnlyList<string>)unwanted);
}
