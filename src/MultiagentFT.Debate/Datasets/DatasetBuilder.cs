using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Datasets;

/// <summary>
/// Turns debates into every agent's own dataset (paper, section 3). The vote is the target; the truth is never read.
/// Debates whose vote too few agents stand behind teach nothing, nor does a trajectory in which any turn failed, was cut or
/// has no answer.
/// </summary>
public sealed class DatasetBuilder
{
    private readonly IDebateTask _task;
    private readonly DatasetOptions _options;
    private readonly IReadOnlyList<ChatMessage> _beginning;

    /// <param name="task">Compares answers.</param>
    /// <param name="options">What is taken.</param>
    /// <param name="beginning">What came before the first user message of the debates.</param>
    /// <exception cref="InputException">The options are out of range.</exception>
    public DatasetBuilder(IDebateTask task, DatasetOptions options, IReadOnlyList<ChatMessage>? beginning = null)
    {
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException(error);
        (_task, _options, _beginning) = (task, options, beginning ?? []);
    }

    /// <summary>The datasets of all agents; examples are in the order of the transcripts.</summary>
    /// <param name="transcripts">Debates of one society, all with the same agents and rounds.</param>
    /// <param name="seed">Decides which examples the mixture leaves out.</param>
    public SocietyDatasets Build(IReadOnlyList<Transcript> transcripts, Seed seed)
    {
        var agents = transcripts.Count == 0 ? 0 : transcripts.Max(transcript => transcript.Turns.Max(turn => turn.Agent)) + 1;
        var generators = new List<IReadOnlyList<ChatExample>>();
        var critics = new List<IReadOnlyList<ChatExample>>();
        var counts = new List<DatasetCounts>();
        var taught = _options.Teaching(transcripts).Where(transcript => transcript.HasSupport(_options.MinimumVotes)).ToList();
        for (var agent = 0; agent < agents; agent++)
        {
            var trajectories = Trajectories(taught, agent);
            var answers = trajectories.Select(AnswerToLearn).OfType<Turn>().Select(turn => Example([turn])).ToList();
            var (examples, count) = Mix(trajectories, seed.Of("critic").Of(agent));
            generators.Add(answers);
            critics.Add(examples);
            counts.Add(count with { Agent = agent, Debates = transcripts.Count, GeneratorExamples = answers.Count });
        }
        return new SocietyDatasets(generators, critics, counts);
    }

    /// <summary>The agent's turns, by round, of every debate that teaches.</summary>
    private static List<Trajectory> Trajectories(IEnumerable<Transcript> transcripts, int agent) =>
        [.. from transcript in transcripts
            let turns = transcript.Turns.Where(turn => turn.Agent == agent).OrderBy(turn => turn.Round).ToList()
            where turns.Count > 0
            select new Trajectory(turns, transcript.Vote!)];

    private (List<ChatExample> Examples, DatasetCounts Counts) Mix(List<Trajectory> trajectories, Seed seed)
    {
        var revised = Enumerable.Range(0, trajectories.Count).Where(index => IsCriticExample(trajectories[index])).ToList();
        var negatives = revised.FindAll(index => !Agrees(trajectories[index].Turns[0], trajectories[index].Vote));
        var positives = revised.Except(negatives).ToList();
        var (keepNegatives, keepPositives) = CriticMixture.Sizes(negatives.Count, positives.Count, _options.CriticNegativeShare);
        var kept = CriticMixture.Sample(negatives, keepNegatives, seed.Of("negatives").Generator())
            .Concat(CriticMixture.Sample(positives, keepPositives, seed.Of("positives").Generator()));
        return (
            [.. kept.Order().Select(index => Example(trajectories[index].Turns))],
            new DatasetCounts(0, 0, 0, negatives.Count, positives.Count, keepNegatives, keepPositives));
    }

    /// <summary>The generator's answer to the first prompt; null where it is not worth learning.</summary>
    private Turn? AnswerToLearn(Trajectory trajectory)
    {
        var first = trajectory.Turns[0];
        var answer = _options.GeneratorTarget == GeneratorTarget.First ? first : trajectory.Turns[^1] with { Prompt = first.Prompt };
        var isWanted = _options.GeneratorTarget != GeneratorTarget.Changed || !Agrees(first, trajectory.Vote);
        return isWanted && answer.IsLearnable() && Agrees(answer, trajectory.Vote) ? answer : null;
    }

    /// <summary>Critics speak from the second round on, so a debate of one round has nothing for them.</summary>
    private bool IsCriticExample(Trajectory trajectory) =>
        trajectory.Turns.Count > 1 && trajectory.Turns.All(LearnableTurns.IsLearnable) && Agrees(trajectory.Turns[^1], trajectory.Vote);

    private bool Agrees(Turn turn, string vote) => turn.Answer is { } answer && _task.Same(answer, vote);

    private ChatExample Example(IEnumerable<Turn> turns) => ChatExample.After(_beginning, Conversation.Of(turns));

    private sealed record Trajectory(IReadOnlyList<Turn> Turns, string Vote);
}
