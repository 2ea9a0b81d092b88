using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// STaR (Zelikman et al. 2022): one agent learns from its answers that are right, and from those that it finds once it is told the right one, until its loss
/// stops falling. Unlike all other methods here it reads the truth of its training problems. It goes on from its own weights as they do, where the original
/// starts each iteration from the base, and trains on no more tokens than the society.
/// </summary>
internal static class StarMethod
{
    public const string Key = "star";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "STaR, with right answers",
        Description = "one agent finetuned on its right answers, and on those it finds when told the right one, until its loss stops falling; votes over as many tokens as the society",
        Role = MethodRole.FinetunedAgent,
        StartsAs = "majority-equal-tokens",
        After = [DebateMethod.Key, MultiagentMethod.Key],
        TrainsNoMoreThan = MultiagentMethod.Key,
        ByDefault = false,
        ReadsTruth = true,
        EndsWithItsLoss = true,
        Protocol = context => context.Samples(EqualTokensMethod.Answers(context, MultiagentMethod.Key, Key)),
        TrainingProtocol = context => context.Hinted(),
        Learner = config => new Learner(config),
    };

    private sealed class Learner(RunConfig config) : ILearner
    {
        private const string Agent = "star";

        public IReadOnlyList<string> Agents { get; } = [Agent];

        public Society Speakers(AgentWeights weights) => new([weights.Speaker(Agent)], [weights.Speaker(Agent)]);

        public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => [.. debates.Where(debate => debate.Correct == true)];

        public int MinimumVotes(IReadOnlyList<Transcript> debates) => 1;

        /// <summary>The hint is not learned, nor the answer before it.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
            new Dictionary<string, IReadOnlyList<ChatExample>> { [Agent] = DistillationDataset.Of(debates, task, MinimumVotes(debates), config.Prompts.Beginning) };
    }
}
