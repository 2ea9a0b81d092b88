using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// Multiagent finetuning whose generators learn to prefer answers that come to the vote over those that do not, each from pairs of which one side is its own; critics
/// have one answer to each of their prompts, so no pairs, and learn as in <see cref="MultiagentMethod"/>.
/// </summary>
internal static class MultiagentPreferencesMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-preferences",
        Title = "Multiagent finetuning by preferences",
        Description = "each generator learns to prefer answers that come to the vote over its own that do not, and its own over others that do not; critics learn as in multiagent-ft",
        Role = MethodRole.FinetunedAgent,
        StartsAs = DebateMethod.Key,
        ByDefault = false,
        LearnsPreferences = true,
        Protocol = context => context.Debate(),
        Learner = config => new Learner(config),
        Check = MultiagentMethod.NeedsCritics,
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private readonly MultiagentMethod.Learner _imitation = new(config);

        public IReadOnlyList<string> Agents => _imitation.Agents;

        public IReadOnlyList<string> ByPreference { get; } = [.. Enumerable.Range(0, config.Debate.Agents).Select(Society.GeneratorName)];

        public Society Speakers(AgentWeights weights) => _imitation.Speakers(weights);

        public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => _imitation.Teaching(debates);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => _imitation.MinimumVotes(debates);

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            _imitation.Datasets(debates, task, seed).Where(set => !ByPreference.Contains(set.Key)).ToDictionary(set => set.Key, set => set.Value);

        public IReadOnlyDictionary<string, IReadOnlyList<PreferencePair>> Preferences(IReadOnlyList<Transcript> debates, IDebateTask task)
        {
            var dataset = new PreferenceDataset(task, MinimumVotes(debates), config.Prompts.Beginning);
            return ByPreference.Index().ToDictionary(agent => agent.Item, agent => dataset.PairsOf(debates, agent.Index));
        }
    }
}
