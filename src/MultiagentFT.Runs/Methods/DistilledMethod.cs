using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// One adapter that learns the society's last answers: what debates found, at the price of one answer. It learns from the debates of the
/// society's own training problems.
/// </summary>
internal static class DistilledMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-distilled",
        Title = "Society distilled into one agent",
        Description = "one agent learns the last answers of the society's debates; one greedy answer",
        Role = MethodRole.FinetunedAgent,
        LearnsFrom = MultiagentMethod.Key,
        StartsAs = GreedyMethod.Key,
        ByDefault = false,
        Reads = DebateParts.None,
        Protocol = context => context.Greedy(),
        Learner = config => new Learner(config),
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private const string Agent = "distilled";

        public IReadOnlyList<string> Agents { get; } = [Agent];

        public Society Speakers(AgentWeights weights) => new([weights.Speaker(Agent)], [weights.Speaker(Agent)]);

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => config.Datasets.MinimumVotes;

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            new Dictionary<string, IReadOnlyList<ChatExample>> { [Agent] = DistillationDataset.Of(debates, task, config.Datasets.MinimumVotes, config.Prompts.Beginning) };
    }
}
