using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>Ablation: generators answer in every round, and there are no critics (paper, section 4.4).</summary>
internal static class NoCriticsMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-no-critics",
        Title = "Multiagent finetuning without critics",
        Description = "finetuned generators answer in every round",
        Role = MethodRole.FinetunedAgent,
        StartsAs = DebateMethod.Key,
        ByDefault = false,
        Protocol = context => context.Debate(),
        Learner = config => new Learner(config),
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        public IReadOnlyList<string> Agents { get; } = [.. Enumerable.Range(0, config.Debate.Agents).Select(Society.GeneratorName)];

        public Society Speakers(AgentWeights weights)
        {
            DebateAgent[] agents = [.. Agents.Select(weights.Speaker)];
            return new Society(agents, agents);
        }

        public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => config.Datasets.TeachingSociety(debates);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => config.Datasets.MinimumVotes;

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            Agents.Zip(new DatasetBuilder(task, config.Datasets, config.Prompts.Beginning).Build(debates, seed).Generators).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}
