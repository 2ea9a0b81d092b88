using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>Multiagent finetuning: N generators and N critics, each on its own set (paper, section 3).</summary>
internal static class MultiagentMethod
{
    public const string Key = "multiagent-ft";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Multiagent finetuning",
        Description = "a society of generators and critics, each finetuned on its own share of the debates",
        Role = MethodRole.FinetunedSociety,
        StartsAs = DebateMethod.Key,
        Protocol = context => context.Debate(),
        Learner = config => new Learner(config),
        Check = NeedsCritics,
    };

    internal static IEnumerable<string> NeedsCritics(RunConfig config) => config is { Debate.Rounds: < 2, Iterations: > 0 }
        ? [$"debate.rounds: expected 2 or more, so that critics have something to learn, found {config.Debate.Rounds}"]
        : [];

    internal sealed class Learner(RunConfig config) : ILearner
    {
        private readonly string[] _generators = [.. Enumerable.Range(0, config.Debate.Agents).Select(Society.GeneratorName)];
        private readonly string[] _critics = [.. Enumerable.Range(0, config.Debate.Agents).Select(Society.CriticName)];

        public IReadOnlyList<string> Agents => [.. _generators, .. _critics];

        public Society Speakers(AgentWeights weights) => new([.. _generators.Select(weights.Speaker)], [.. _critics.Select(weights.Speaker)]);

        public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => config.Datasets.TeachingSociety(debates);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => config.Datasets.MinimumVotes;

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed)
        {
            var sets = new DatasetBuilder(task, config.Datasets, config.Prompts.Beginning).Build(debates, seed);
            return Agents.Zip(sets.Generators.Concat(sets.Critics)).ToDictionary(pair => pair.First, pair => pair.Second);
        }
    }
}
