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

    /// <summary>
    /// Of one agent, at most one pair a debate, of which one side is its own: where its first answer does not come to the vote, the one with which it left the debate
    /// over it, or where that does not either another agent's; where it does, it over another agent's that does not.
    /// </summary>
    /// <param name="transcripts">Debates.</param>
    /// <param name="agent">Number of the agent; agents take other agents' answers in turns.</param>
    public IReadOnlyList<PreferencePair> PairsOf(IReadOnlyList<Transcript> transcripts, int agent)
    {
        var pairs = new List<PreferencePair>();
        foreach (var (transcript, sides) in Supported(transcripts).Select(transcript => (transcript, SidesOf(transcript))))
        {
            var own = transcript.Turns.Where(turn => turn.Agent == agent && turn.IsLearnable()).OrderBy(turn => turn.Round).ToList();
            if (own.Count == 0 || own[0].Round != 1) continue;
            var (first, last) = (own[0], own[^1]);
            var agrees = task.Same(first.Answer!, transcript.Vote!);
            var chosen = agrees ? first.Text
                : last.Round == transcript.Rounds && task.Same(last.Answer!, transcript.Vote!) ? last.Text
                : Turn(sides.Wanted);
            var rejected = agrees ? Turn(sides.Unwanted) : first.Text;
            if (chosen is not null && rejected is not null) pairs.Add(new PreferencePair(sides.Prompt, [ChatMessage.Assistant(chosen)], [ChatMessage.Assistant(rejected)]));
        }
        return pairs;

        string? Turn(IReadOnlyList<string> answers) => answers.Count == 0 ? null : answers[agent % answers.Count];
    }

    /// <summary>Every wanted and unwanted answer with its label, debate by debate.</summary>
    public IReadOnlyList<LabelledCompletion> Labelled(IReadOnlyList<Transcript> transcripts) =>
    [
        .. from sides in Sides(transcripts)
           from answer in sides.Wanted.Select(text => (Text: text, IsWanted: true)).Concat(sides.Unwanted.Select(text => (Text: text, IsWanted: false)))
           select new LabelledCompletion(sides.Prompt, [ChatMessage.Assistant(answer.Text)], answer.IsWanted),
    ];

    private IEnumerable<Transcript> Supported(IReadOnlyList<Transcript> transcripts) => transcripts.Where(transcript => transcript.HasSupport(minimumVotes));

    private IEnumerable<(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<string> Wanted, IReadOnlyList<string> Unwanted)> Sides(IReadOnlyList<Transcript> transcripts) =>
        Supported(transcripts).Select(SidesOf);

    private (IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<string> Wanted, IReadOnlyList<string> Unwanted) SidesOf(Transcript transcript)
    {
        var answers = transcript.Turns.Where(turn => turn.Round == 1 || turn.Round == transcript.Rounds).Where(turn => turn.IsLearnable()).OrderBy(turn => turn.Round).ThenBy(turn => turn.Agent).ToList();
        return (
            [.. beginning ?? [], ChatMessage.User(transcript.Turns[0].Prompt)],
            [.. answers.Where(turn => task.Same(turn.Answer!, transcript.Vote!)).Select(turn => turn.Text).Distinct()],
            [.. answers.Where(turn => turn.Round == 1 && !task.Same(turn.Answer!, transcript.Vote!)).Select(turn => turn.Text).Distinct()]);
    }
}
