using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>A debate that is under way: the turns so far, by round and agent.</summary>
internal sealed class OpenDebate(Problem problem, Seed root)
{
    private readonly List<Turn> _turns = [];
    private readonly List<RoundVote> _votes = [];

    public Problem Problem { get; } = problem;

    public SpeechSeeds Seeds { get; } = new(root, problem.Id);

    public IReadOnlyList<Turn> Turns => _turns;

    public void Add(Turn turn) => _turns.Add(turn);

    public void Add(RoundVote vote) => _votes.Add(vote);

    public IEnumerable<Turn> Of(int agent) => _turns.Where(turn => turn.Agent == agent);

    /// <summary>What the other agents said in a round, by agent; those whose generation failed said nothing.</summary>
    public List<string> Others(int round, int agent) =>
        [.. _turns.Where(turn => turn.Round == round && turn.Agent != agent && turn.Failure is null).Select(turn => turn.Text)];

    public Transcript Close() => new(FileFormat.Current, Problem.Id, Problem.Question, Problem.Answer, _turns, _votes);
}
