using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>MACA (arXiv 2509.15172): one agent, whose copies debate, learns to prefer answers that come to the vote over those of all copies that do not.</summary>
internal static class SingleAgentPreferencesMethod
{
    public static Method Method { get; } = new()
    {
        Key = "single-agent-ft-preferences",
        Title = "Single-agent finetuning by preferences",
        Description = "one agent, whose copies debate, learns to prefer answers that come to the vote over those that do not",
        Role = MethodRole.FinetunedAgent,
        StartsAs = DebateMethod.Key,
        ByDefault = false,
        LearnsPreferences = true,
        Protocol = context => context.FirstForAll().Debate(),
        Learner = config => new Learner(config),
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private const string Agent = "agent-preferences";

        public IReadOnlyList<string> Agents { get; } = [Agent];

        public IReadOnlyList<string> ByPreference => Agents;

        public Society Speakers(AgentWeights weights) => new([weights.Speaker(Agent)], [weights.Speaker(Agent)]);

        public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => config.Datasets.Teaching(debates);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => config.Datasets.MinimumVotes;

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            new Dictionary<string, IReadOnlyList<ChatExample>>();

        public IReadOnlyDictionary<string, IReadOnlyList<PreferencePair>> Preferences(IReadOnlyList<Transcript> debates, IDebateTask task) =>
            new Dictionary<string, IReadOnlyList<PreferencePair>>
            {
                [Agent] = new PreferenceDataset(task, MinimumVotes(debates), config.Prompts.Beginning).Pairs(debates),
            };
    }
}
