using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Protocols;

/// <summary>A protocol as data.</summary>
/// <param name="Config">Prompts, sampling and shape of the debate; grading is that of the task.</param>
/// <param name="Generators">Answer in the first round; of samples the one who answers.</param>
/// <param name="Critics">Answer in every later round; as many as generators.</param>
/// <param name="Samples">Answers of one agent to each problem, which vote; null: a debate.</param>
public sealed record ProtocolDescription(DebateConfig Config, IReadOnlyList<DebateAgent> Generators, IReadOnlyList<DebateAgent> Critics, int? Samples)
{
    /// <summary>Whether the first generator is told the right answer where it was wrong (<see cref="HintProtocol"/>).</summary>
    public bool TellsTruth { get; init; }

    /// <summary>Whether answers are letters of choices (<see cref="IDebateTask.HasChoices"/>).</summary>
    public bool HasChoices { get; init; }

    /// <summary>Null where the task has rules of its own.</summary>
    public static ProtocolDescription? Of(DebateConfig config, IDebateTask task, Society society, int? samples) =>
        task.Grading is { } grading ? new ProtocolDescription(Plain(config) with { Grading = grading }, society.Generators, society.Critics, samples) { HasChoices = task.HasChoices } : null;

    /// <summary>Every adapter that it needs, once.</summary>
    public IEnumerable<AdapterVersion> Adapters() => new Society(Generators, Critics).Adapters;

    /// <summary>Answers of one round.</summary>
    public int AnswersARound() => TellsTruth ? 1 : Samples ?? Config.Debate.Agents;

    public int MostRounds() => TellsTruth ? 2 : Samples is null ? Config.Debate.Rounds : 1;

    /// <summary>The protocol again.</summary>
    /// <param name="task">Grades as <see cref="Config"/> says.</param>
    public IProtocol Open(IDebateTask task) => TellsTruth ? new HintProtocol(Config, task, Generators[0]) : Samples is { } samples
        ? new SamplingProtocol(Config, task, Generators[0], samples)
        : new DebateProtocol(Config, task, new Society(Generators, Critics));

    /// <summary>No more than a debate's configuration, of whatever it is a part.</summary>
    private static DebateConfig Plain(DebateConfig config) => new()
    {
        Model = config.Model,
        Seed = config.Seed,
        Grading = config.Grading,
        Debate = config.Debate,
        Prompts = config.Prompts,
        Engine = config.Engine,
    };
}
