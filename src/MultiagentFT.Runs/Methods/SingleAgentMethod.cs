using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// Single-agent finetuning ("Majority FT"): one agent learns from all its samples that agree with their vote, and votes over as many as
/// generate the tokens of the society's debate. It trains on no more tokens than the society does.
/// </summary>
internal static class SingleAgentMethod
{
    public const string Key = "single-agent-ft";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Single-agent finetuning",
        Description = "one agent finetuned on its answers that match their vote; votes over as many tokens as the society",
        Role = MethodRole.FinetunedAgent,
        StartsAs = "majority-equal-tokens",
        After = [MultiagentMethod.Key],
        TrainsNoMoreThan = MultiagentMethod.Key,
        Protocol = context => context.Samples(EqualTokensMethod.Answers(context, MultiagentMethod.Key, Key)),
        Learner = config => new Learner(config),
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private const string Agent = "single-agent";

        public IReadOnlyList<string> Agents { get; } = [Agent];

        public Society Speakers(AgentWeights weights) => new([weights.Speaker(Agent)], [weights.Speaker(Agent)]);

        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            new Dictionary<string, IReadOnlyList<ChatExample>> { [Agent] = MajorityDataset.Of(debates, task, MinimumVotes(debates), config.Prompts.Beginning) };

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => debates.Count == 0 ? 1 : config.Datasets.VotesOf(config.Debate.Agents, debates[0].LastAnswers);
    }
}
