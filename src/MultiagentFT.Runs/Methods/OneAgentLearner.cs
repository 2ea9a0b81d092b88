using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>One agent with weights of its own, which learns from the debates that the configuration lets teach.</summary>
/// <param name="config">Of the run.</param>
/// <param name="agent">Its name.</param>
/// <param name="minimumVotes">As <see cref="ILearner.MinimumVotes"/>.</param>
/// <param name="examples">What it learns from debates, given a comparison of answers and the votes that a target needs.</param>
internal sealed class OneAgentLearner(
    RunConfig config, string agent, Func<IReadOnlyList<Transcript>, int> minimumVotes, Func<IReadOnlyList<Transcript>, IDebateTask, int, IReadOnlyList<ChatExample>> examples) : ILearner
{
    public IReadOnlyList<string> Agents { get; } = [agent];

    public Society Speakers(AgentWeights weights) => new([weights.Speaker(agent)], [weights.Speaker(agent)]);

    public IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => config.Datasets.Teaching(debates);

    public int MinimumVotes(IReadOnlyList<Transcript> debates) => minimumVotes(debates);

    public IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed) =>
        new Dictionary<string, IReadOnlyList<ChatExample>> { [agent] = examples(debates, task, MinimumVotes(debates)) };
}
