using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// Ablation: as many adapters, each trained on the examples of all generators or of all critics, so that they differ by the order of their
/// batches alone: what specialization is worth (paper, section 4.4).
/// </summary>
internal static class PooledMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-pooled",
        Title = "Multiagent finetuning on pooled data",
        Description = "every generator learns from all generators' examples, every critic from all critics'",
        Role = MethodRole.FinetunedAgent,
        StartsAs = DebateMethod.Key,
        ByDefault = false,
        Protocol = context => context.Debate(),
        Learner = config => new Learner(config),
        Check = MultiagentMethod.NeedsCritics,
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private readonly MultiagentMethod.Learner _apart = new(config);

        public IReadOnlyList<string> Agents => _apart.Agents;

        public Society Speakers(AgentWeights weights) => _apart.Speakers(weights);

        public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => _apart.Teaching(debates);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => _apart.MinimumVotes(debates);

        /// <summary>Generators come first among the agents.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed)
        {
            var apart = _apart.Datasets(debates, task, seed);
            return Agents.Chunk(config.Debate.Agents)
                .SelectMany(role => role.Select(agent => (agent, Pool: role.SelectMany(other => apart[other]))))
                .ToDictionary(set => set.agent, set => (IReadOnlyList<ChatExample>)[.. set.Pool]);
        }
    }
}
