using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>Single-agent finetuning ("Majority FT"): one agent learns from all its samples that agree with their vote.</summary>
internal static class SingleAgentMethod
{
    public static Method Method { get; } = new()
    {
        Key = "single-agent-ft",
        Title = "Single-agent finetuning",
        Description = "one agent finetuned on its answers that match their vote; votes as majority does",
        Role = MethodRole.FinetunedAgent,
        StartsAs = MajorityMethod.Key,
        Reads = DebateParts.Agents | DebateParts.Sampling,
        Protocol = context => context.Samples(context.Config.Debate.Agents),
        Learner = config => new Learner(config),
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private const string Agent = "single-agent";

        public IReadOnlyList<string> Agents { get; } = [Agent];

        public Society Speakers(AgentWeights weights) => new([weights.Speaker(Agent)], [weights.Speaker(Agent)]);

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            new Dictionary<string, IReadOnlyList<ChatExample>> { [Agent] = MajorityDataset.Of(debates, task, config.Datasets.MinimumVotes, config.Prompts.Beginning) };
    }
}
